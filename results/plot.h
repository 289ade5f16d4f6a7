// plot.h - one figure: a gnuplot script, its data, an SVG and a PNG.
//
// plot_write leaves DIR/STEM.gp and DIR/STEM.dat, and draws STEM.svg and
// STEM.png with them; `gnuplot STEM.gp` in DIR draws them again. All text is
// data: whatever it contains, gnuplot and the shell never interpret it.
#ifndef RESULTS_PLOT_H
#define RESULTS_PLOT_H

#include <stdbool.h>
#include <stddef.h>

struct plot_point {
	double x;
	double y, low, high; // low == high == y: no error bar
	size_t n;            // samples behind it, for the tooltip
};

struct plot_series {
	const char *name;
	const struct plot_point *point; // by rising x
	size_t n_point;
};

// A place on the x axis with a text other than its number.
struct plot_tick {
	double x;
	const char *text;
};

struct plot {
	const char *title;
	const char *subtitle; // second line of the title; NULL: none
	const char *x_label;
	const char *y_label; // without unit
	const char *y_unit;  // "call/s"; the axis gets the prefix that suits
	const struct plot_series *series;
	size_t n_series;
	const struct plot_tick *tick; // all ticks of the x axis; NULL: automatic
	size_t n_tick;
	bool log2_x;
	double ideal_slope; // reference line y = slope * x; 0: none
	double ideal_to;    // where that line ends, such as the number of CPUs
	double mark_x;      // vertical line; 0: none
	const char *mark_text; // what it marks: "2 CPUs"
};

// plot_write draws p. 0; -ENOENT when gnuplot is not installed and -EIO when
// it failed: .gp and .dat are there then, and err says why; other -errno when
// not even they could be written. stem is used as it is: letters, digits, '-'
// and '_' only (-EINVAL).
int plot_write(const struct plot *p, const char *dir, const char *stem,
               char *err, size_t errlen);

#endif
