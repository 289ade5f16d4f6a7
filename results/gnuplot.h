// gnuplot.h - runs gnuplot on a script.
#ifndef RESULTS_GNUPLOT_H
#define RESULTS_GNUPLOT_H

#include <stddef.h>

// gnuplot_run runs the script in dir. 0; -ENOENT when there is no gnuplot;
// -EIO when it failed, with the last line that it said in err.
int gnuplot_run(const char *dir, const char *script, char *err, size_t errlen);

#endif
