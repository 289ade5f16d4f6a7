// plot.c - writes a gnuplot script and its data, and has them drawn.
//
// The data file holds the numbers as they were measured, one block per line of
// the figure; the script scales them. Every text of the script stands between
// single quotes, where gnuplot substitutes nothing (no backquote, no backslash,
// no variable), with its own quotes and control characters replaced, and is drawn
// without enhanced mode, so that '_' and '{' are just letters.
//
// Colours are Okabe and Ito's, which the colour-blind can tell apart; point
// shapes differ as well. The SVG has no background and grey axes: it is read on
// white and on black. The PNG is white.
#include "plot.h"

#include "file.h"
#include "gnuplot.h"
#include "svg.h"
#include "unit.h"
#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 200, SVG_MAX = 16 * 1024 * 1024 };

static const struct {
	const char *colour;
	int point;
} style[] = {
	{"#0072B2", 7},  {"#D55E00", 5},  {"#009E73", 9},
	{"#CC79A7", 13}, {"#E69F00", 11}, {"#56B4E9", 15},
};
enum { STYLES = sizeof style / sizeof *style };

// What the numbers span.
struct extent {
	double x_low, x_high, y_high;
};

static struct extent measure(const struct plot *p)
{
	struct extent e = {INFINITY, -INFINITY, 0};
	for (size_t i = 0; i < p->n_series; i++) {
		const struct plot_series *s = &p->series[i];
		for (size_t k = 0; k < s->n_point; k++) {
			e.x_low = fmin(e.x_low, s->point[k].x);
			e.x_high = fmax(e.x_high, s->point[k].x);
			e.y_high = fmax(e.y_high, s->point[k].high);
		}
	}
	return e;
}

// quote writes a text as a gnuplot string. gnuplot reads two quotes as one, but
// not at the start of a string: an apostrophe is as good and ends nothing.
static void quote(FILE *out, const char *s)
{
	char clean[TEXT];
	fputc('\'', out);
	for (utf8_clean(clean, TEXT, s), s = clean; *s; s++) {
		if (*s == '\'')
			fputs("\u2019", out);
		else
			fputc(*s, out);
	}
	fputc('\'', out);
}

// set writes NAME = 'text'.
static void set(FILE *out, const char *name, const char *text)
{
	fprintf(out, "%s = ", name);
	quote(out, text ? text : "");
	fputc('\n', out);
}

//---------------------------------------------------------------------------
// The data
//---------------------------------------------------------------------------

// tooltip writes a text for a string in a data file, where the quotes would end
// it and gnuplot's svg terminal puts it between other ones.
static void tooltip(FILE *out, const struct plot *p,
                    const struct plot_series *s, const struct plot_point *q)
{
	char name[TEXT], y[64], low[64], high[64], text[3 * TEXT];
	utf8_clean(name, TEXT, s->name);
	unit_format(y, sizeof y, q->y, p->y_unit);
	unit_format(low, sizeof low, q->low, p->y_unit);
	unit_format(high, sizeof high, q->high, p->y_unit);
	snprintf(text, sizeof text, "%s, %s %g: %s (%s to %s), n = %zu", name,
	         p->x_label, q->x, y, low, high, q->n);
	char clean[sizeof text];
	for (char *c = utf8_clean(clean, sizeof clean, text); *c; c++)
		fputc(strchr("\"'\\`", *c) ? ' ' : *c, out);
}

static void write_data(const struct plot *p, FILE *out)
{
	char clean[TEXT];
	fprintf(out, "# %s\n", utf8_clean(clean, TEXT, p->title));
	fputs("# x, median, low, high, trials, text\n", out);
	for (size_t i = 0; i < p->n_series; i++) {
		const struct plot_series *s = &p->series[i];
		fprintf(out, "%s# %s\n", i ? "\n\n" : "",
		        utf8_clean(clean, TEXT, s->name));
		for (size_t k = 0; k < s->n_point; k++) {
			const struct plot_point *q = &s->point[k];
			fprintf(out, "%.9g %.9g %.9g %.9g %zu \"", q->x, q->y,
			        q->low, q->high, q->n);
			tooltip(out, p, s, q);
			fputs("\"\n", out);
		}
	}
}

//---------------------------------------------------------------------------
// The script
//---------------------------------------------------------------------------

static void write_texts(const struct plot *p, const char *stem, double factor,
                        const char *prefix, FILE *out)
{
	char name[TEXT], label[2 * TEXT];
	fprintf(out, "# Draws %s.svg and %s.png: gnuplot %s.gp\n", stem, stem,
	        stem);
	fprintf(out, "set encoding utf8\ndata = '%s.dat'\nunit = %g\n", stem,
	        factor);
	set(out, "head", p->title);
	set(out, "below", p->subtitle);
	set(out, "x_axis", p->x_label);
	unit_join(name, sizeof name, prefix, p->y_unit);
	snprintf(label, sizeof label, "%s (%s)", p->y_label, name);
	set(out, "y_axis", label);
	for (size_t i = 0; i < p->n_series; i++) {
		snprintf(name, sizeof name, "name_%zu", i);
		set(out, name, p->series[i].name);
	}
}

static void write_x_range(const struct plot *p, struct extent e, FILE *out)
{
	if (p->log2_x) {
		double room = pow(e.x_high / e.x_low, 0.06);
		room = room > 1 ? room : 1.5;
		fprintf(out, "set logscale x 2\nset xrange [%.9g:%.9g]\n",
		        e.x_low / room, e.x_high * room);
		return;
	}
	double room = (e.x_high - e.x_low) * 0.08;
	room = room > 0 ? room : 0.5;
	fprintf(out, "set xrange [%.9g:%.9g]\n", e.x_low - room, e.x_high + room);
}

static void write_ticks(const struct plot *p, FILE *out)
{
	if (!p->n_tick)
		return;
	fputs("set xtics (", out);
	for (size_t i = 0; i < p->n_tick; i++) {
		fputs(i ? ", " : "", out);
		quote(out, p->tick[i].text);
		fprintf(out, " %.9g", p->tick[i].x);
	}
	fputs(") noenhanced\n", out);
}

// least_gap returns the least distance of neighbours on a line, as a share of
// the whole axis.
static double least_gap(const struct plot *p, struct extent e)
{
	double least = 1;
	for (size_t i = 0; i < p->n_series; i++) {
		const struct plot_series *s = &p->series[i];
		for (size_t k = 1; k < s->n_point; k++) {
			double from = s->point[k - 1].x, to = s->point[k].x;
			double gap = p->log2_x ? log(to / from) /
			                                 log(e.x_high / e.x_low)
			                       : (to - from) /
			                                 (e.x_high - e.x_low);
			least = fmin(least, gap);
		}
	}
	return least;
}

// Series that share an x stand a little apart, or their bars hide each other;
// all of them together keep to a third of the way to the next x.
static void write_dodge(const struct plot *p, struct extent e, FILE *out)
{
	double n = (double)p->n_series;
	double step = fmin(0.012, fmin(0.06, least_gap(p, e) / 3) / n);
	if (p->log2_x)
		fprintf(out, "beside(x, i) = x * %.9g ** (i - %.9g)\n",
		        pow(e.x_high / e.x_low, step), (n - 1) / 2);
	else
		fprintf(out, "beside(x, i) = x + %.9g * (i - %.9g)\n",
		        (e.x_high - e.x_low) * step, (n - 1) / 2);
}

static void write_axes(const struct plot *p, double factor, FILE *out)
{
	struct extent e = measure(p);
	double top = e.y_high;
	if (p->ideal_slope > 0)
		top = fmax(top, p->ideal_slope * fmin(p->ideal_to, e.x_high));
	top = top > 0 ? 1.08 * top / factor : 1;
	write_x_range(p, e, out);
	fprintf(out, "set yrange [0:%.9g]\n", top);
	write_ticks(p, out);
	write_dodge(p, e, out);
	if (p->ideal_slope > 0)
		fprintf(out,
		        "ideal(x) = x >= %.9g && x <= %.9g ? %.9g * x / unit : NaN\n",
		        e.x_low, p->ideal_to, p->ideal_slope);
}

static void write_mark(const struct plot *p, FILE *out)
{
	if (p->mark_x <= 0)
		return;
	fprintf(out,
	        "set arrow 1 from %.9g, graph 0 to %.9g, graph 1 nohead "
	        "dashtype 3 linecolor rgb ink\n"
	        "set label 1 ",
	        p->mark_x, p->mark_x);
	quote(out, p->mark_text ? p->mark_text : "");
	fprintf(out,
	        " at %.9g, graph 0.97 offset 0.6, 0 noenhanced textcolor rgb ink\n",
	        p->mark_x);
}

static void write_series(const struct plot *p, size_t i, FILE *out)
{
	const char *colour = style[i % STYLES].colour;
	int point = style[i % STYLES].point - (int)(i / STYLES) % 2;
	int dash = 1 + (int)(i / STYLES) % 5;
	fprintf(out,
	        "  data index %zu using (beside($1, %zu)):($2/unit):($3/unit)"
	        ":($4/unit) with yerrorlines linecolor rgb '%s' linewidth 2 "
	        "dashtype %d pointtype %d pointsize 1.1 title name_%zu, \\\n"
	        "  data index %zu using (beside($1, %zu)):($2/unit):6 with labels "
	        "hypertext point linecolor rgb '%s' pointtype %d pointsize 1.1 "
	        "notitle%s\n",
	        i, i, colour, dash, point, i, i, i, colour, point,
	        i + 1 < p->n_series ? ", \\" : "");
}

// key_rows: the key has two columns when the names are short enough for that.
static int key_rows(const struct plot *p)
{
	int entries = (int)p->n_series + (p->ideal_slope > 0);
	for (size_t i = 0; i < p->n_series; i++) {
		if (utf8_width(p->series[i].name) > 36)
			return entries;
	}
	return (entries + 1) / 2;
}

// write_drawing draws once, in the ink of the terminal that is set.
static void write_drawing(const struct plot *p, FILE *out)
{
	fputs("set title head.(below eq '' ? '' : \"\\n\".below) noenhanced "
	      "textcolor rgb ink\n"
	      "set xlabel x_axis.\"\\n\" noenhanced textcolor rgb ink\n"
	      "set ylabel y_axis noenhanced textcolor rgb ink\n"
	      "set border 3 linecolor rgb ink\n"
	      "set tics nomirror out textcolor rgb ink\n"
	      "set grid ytics linecolor rgb ink linewidth 0.3\n"
	      "set key outside bottom center vertical Left reverse width 2 "
	      "noenhanced textcolor rgb ink\n",
	      out);
	fprintf(out, "set key maxrows %d\n", key_rows(p));
	write_mark(p, out);
	fputs("plot \\\n", out);
	if (p->ideal_slope > 0)
		fputs("  ideal(x) with lines linecolor rgb ink dashtype 2 "
		      "title 'ideal: P times the median at P=1', \\\n",
		      out);
	for (size_t i = 0; i < p->n_series; i++)
		write_series(p, i, out);
}

static void write_script(const struct plot *p, const char *stem, FILE *out)
{
	const char *prefix;
	double factor = unit_scale(measure(p).y_high, &prefix);
	int rows = key_rows(p);
	write_texts(p, stem, factor, prefix, out);
	write_axes(p, factor, out);
	fprintf(out,
	        "\nset terminal svg size 720,%d name '" SVG_NAME "' noenhanced "
	        "font 'sans-serif,13'\n"
	        "set output '%s.svg'\nink = '#777777'\n",
	        410 + 20 * rows, stem);
	write_drawing(p, out);
	fprintf(out,
	        "\nif (strstrt(GPVAL_TERMINALS, 'pngcairo') == 0) exit\n"
	        "set terminal pngcairo size 1440,%d noenhanced linewidth 2 "
	        "pointscale 2 font 'sans-serif,20'\n"
	        "set output '%s.png'\nink = '#333333'\n",
	        820 + 40 * rows, stem);
	write_drawing(p, out);
}

//---------------------------------------------------------------------------
// Files
//---------------------------------------------------------------------------

typedef void (*writer)(const struct plot *p, const char *stem, FILE *out);

static void data_writer(const struct plot *p, const char *stem, FILE *out)
{
	(void)stem;
	write_data(p, out);
}

// put writes one file of the figure. 0 or -errno.
static int put(const struct plot *p, const char *dir, const char *stem,
               const char *suffix, writer write, char *err, size_t errlen)
{
	char *path;
	struct file_new f;
	if (asprintf(&path, "%s/%s%s", dir, stem, suffix) < 0) {
		snprintf(err, errlen, "out of memory");
		return -ENOMEM;
	}
	int result = file_begin(&f, path);
	if (!result) {
		write(p, stem, f.out);
		result = file_commit(&f, 0);
	}
	if (result)
		snprintf(err, errlen, "cannot write %s: %s", path,
		         strerror(-result));
	free(path);
	return result;
}

// tidy replaces the SVG that gnuplot wrote by one that fits into a page.
static int tidy(const struct plot *p, const char *dir, const char *stem,
                char *err, size_t errlen)
{
	char *path;
	struct file_new f;
	if (asprintf(&path, "%s/%s.svg", dir, stem) < 0) {
		snprintf(err, errlen, "out of memory");
		return -ENOMEM;
	}
	char *svg = file_read(path, SVG_MAX);
	int result = svg ? file_begin(&f, path) : -errno;
	if (!result) {
		svg_tidy(svg, stem, p->title, f.out);
		result = file_commit(&f, 0);
	}
	if (result) {
		snprintf(err, errlen, "%s: %s", path, strerror(-result));
		result = -EIO;
	}
	free(svg);
	free(path);
	return result;
}

static bool is_plain(const char *stem)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	return *stem && strspn(stem, plain) == strlen(stem);
}

int plot_write(const struct plot *p, const char *dir, const char *stem,
               char *err, size_t errlen)
{
	char script[TEXT];
	if (!is_plain(stem) || strlen(stem) > TEXT - 4) {
		snprintf(err, errlen, "\"%s\" is no name for a figure", stem);
		return -EINVAL;
	}
	int result = put(p, dir, stem, ".dat", data_writer, err, errlen);
	if (!result)
		result = put(p, dir, stem, ".gp", write_script, err, errlen);
	if (result)
		return result;
	snprintf(script, sizeof script, "%s.gp", stem);
	result = gnuplot_run(dir, script, err, errlen);
	return result ? result : tidy(p, dir, stem, err, errlen);
}
