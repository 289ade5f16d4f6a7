// report.c - what a workload says: why it failed, and what it measured.
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void say(struct wl_run *r, const char *format, va_list args)
{
	vsnprintf(r->why, sizeof(r->why), format, args);
}

int report_error(struct wl_run *r, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(r, format, args);
	va_end(args);
	return err;
}

int report_no_ring(struct wl_run *r, int err, int way)
{
	return report_error(r, err,
	                    "way=%d needs io_uring, which is not to be had here "
	                    "(errno %d): Linux 5.19 or later, and neither a "
	                    "container nor kernel.io_uring_disabled against it",
	                    way, -err);
}

bool report_wrong(struct wl_run *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(r, format, args);
	va_end(args);
	return false;
}

void report_metric(struct wl_run *r, const char *name, const char *unit,
                   const char *better, double value)
{
	if (r->n_metric < WL_METRICS_MAX)
		r->metric[r->n_metric] = (struct wl_metric){name, unit, better,
		                                            value};
	r->n_metric++;
}

void report_free(struct wl_run *r)
{
	free(r->state);
}
