// report.h - report.html: what an experiment found, in one file.
//
// It reads only the store. The page needs nothing else: styles and figures are
// inside, there is no script, and it works in light and dark and on a phone.
// The figures are also left in DIR/plots as .svg and .png, each with the .gp
// and .dat that redraw it.
#ifndef RESULTS_REPORT_H
#define RESULTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct report {
	char path[4096]; // of report.html
	size_t figures;  // drawn
	size_t undrawn;  // of those that should have been: gnuplot is absent or
	char why[512];   // failed, and this is why
};

// report_write makes the report of the store in dir. 0 also when figures could
// not be drawn (see undrawn); else -errno with one line in err.
int report_write(const char *dir, struct report *out, char *err, size_t errlen);

#endif
