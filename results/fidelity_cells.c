// fidelity_cells.c - numbers of the fidelity report as people read them.
//
// What is compared as a ratio shows the ratio; what is counted shows both sides.
// A star marks an interval that is only the range of fewer than 6 values.
#include "fidelity_cells.h"

#include <math.h>
#include <string.h>

// put_number writes three digits, or what stands in place of a number.
static const char *put_number(double v, const char *without, char out[24])
{
	if (isnan(v))
		snprintf(out, 24, "%s", without);
	else
		snprintf(out, 24, fabs(v) >= 1000 ? "%.0f" : "%.3g", v);
	return out;
}

static const char *put_ratio(const struct fidelity_cell *c, char *out)
{
	const struct bootstrap_interval *i = &c->ratio_interval;
	char ratio[24], low[24], high[24];
	if (!isfinite(c->ratio)) {
		snprintf(out, FIDELITY_CELL, "-");
		return out;
	}
	snprintf(out, FIDELITY_CELL, "%s (%s .. %s)%s",
	         put_number(c->ratio, "-", ratio), put_number(i->low, "-", low),
	         put_number(i->high, "-", high), i->range ? "*" : "");
	return out;
}

static const char *put_sides(const struct fidelity_cell *c, char *out)
{
	const char *without = c->word == FIDELITY_UNKNOWN ? "unknown" : "-";
	char dyno[24], go[24];
	snprintf(out, FIDELITY_CELL, "%s / %s",
	         put_number(c->side[FIDELITY_DYNO].median, without, dyno),
	         put_number(c->side[FIDELITY_GO].median, without, go));
	return out;
}

const char *fidelity_cell_text(const struct fidelity_workload *w, size_t point,
                               enum fidelity_measure m, char *out)
{
	const struct fidelity_cell *c = &w->point[point].cell[m];
	int procs = w->point[point].procs;
	if (m == FIDELITY_BEST_P) {
		snprintf(out, FIDELITY_CELL, "%s%s%s",
		         procs == w->best[FIDELITY_DYNO] ? "Dyno" : "",
		         procs == w->best[FIDELITY_DYNO] &&
		                         procs == w->best[FIDELITY_GO]
		                 ? ", "
		                 : "",
		         procs == w->best[FIDELITY_GO] ? "Go" : "");
		return out;
	}
	if (m == FIDELITY_THROUGHPUT || m == FIDELITY_P50 || m == FIDELITY_P99)
		return put_ratio(c, out);
	return put_sides(c, out);
}

const char *fidelity_range_text(const struct fidelity_workload *w, char *out)
{
	double low = INFINITY, high = -INFINITY;
	char from[24], to[24];
	for (size_t i = 0; i < w->n; i++) {
		double ratio = w->point[i].cell[FIDELITY_THROUGHPUT].ratio;
		low = ratio < low ? ratio : low;
		high = ratio > high ? ratio : high;
	}
	snprintf(out, FIDELITY_CELL, "%s .. %s", put_number(low, "-", from),
	         put_number(high, "-", to));
	if (low > high)
		snprintf(out, FIDELITY_CELL, "-");
	return out;
}

const char *fidelity_tau_text(const struct fidelity_workload *w, char *out)
{
	char tau[24];
	snprintf(out, FIDELITY_CELL, "%s of %zu",
	         put_number(w->tau, "flat", tau), w->ranked);
	if (w->ranked < 2)
		snprintf(out, FIDELITY_CELL, "-");
	return out;
}

const char *fidelity_best_text(const struct fidelity_workload *w, char *out)
{
	snprintf(out, FIDELITY_CELL, "%d / %d", w->best[FIDELITY_DYNO],
	         w->best[FIDELITY_GO]);
	if (!w->best[FIDELITY_DYNO])
		snprintf(out, FIDELITY_CELL, "-");
	return out;
}

const char *fidelity_differing(const struct fidelity_workload *w, char *out,
                               size_t size)
{
	size_t len = 0;
	*out = '\0';
	for (int m = 0; m < FIDELITY_MEASURES; m++) {
		if (w->word[m] != FIDELITY_DIFFERS || len + 1 >= size)
			continue;
		len += (size_t)snprintf(
			out + len, size - len, "%s%s%s", len ? ", " : "",
			fidelity_measure_name((enum fidelity_measure)m),
			w->reason[m] ? "" : " (open)");
		len = len < size ? len : size - 1;
	}
	return out;
}
