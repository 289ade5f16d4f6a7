// figures.h - which figures an experiment deserves, and drawing them.
//
// For each workload (with its parameters and subject): the metric against
// GOMAXPROCS, where that was varied, and against the M cap, where that was. A
// line is a policy; where the other axis was varied too, a line is a policy at
// one value of it, unless there were more than FIGURES_LINES of them: then each
// of its values gets a figure of its own.
#ifndef RESULTS_FIGURES_H
#define RESULTS_FIGURES_H

#include "summary.h"

enum { FIGURES_LINES = 8, FIGURES_SPLIT = 4, FIGURES_STEM = 160 };

enum figures_axis { FIGURES_PROCS, FIGURES_M_CAP };

struct figure {
	char stem[FIGURES_STEM]; // name of its files
	char title[256];
	enum figures_axis axis;
	bool fixed; // only the points at other = the other axis's value
	int other;
	size_t first, n; // the workload's points in the summary
};

// figures_plan lists the figures, in the order of the points; *out is for the
// caller to free. The number of them, or -ENOMEM.
ssize_t figures_plan(const struct summary *s, struct figure **out);

// figures_draw draws one into dir. cpus marks the number of CPUs when positive.
// Results are those of plot_write.
int figures_draw(const struct summary *s, const struct figure *f, int cpus,
                 const char *dir, char *err, size_t errlen);

#endif
