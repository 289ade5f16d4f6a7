// histogram.c - how values spread: times that requests took, mostly.
//
// The counts are a plain array, so that adding is an increment; the bounds that
// dyno/stats.h's quantile wants are made when it is asked.
#include "histogram.h"

#include <string.h>

#include "report.h"

enum { PER_POWER = 8, LOG_PER_POWER = 3 };

// bucket_of is linear below 2 * PER_POWER; above, the three bits after the
// leading one say which bucket of its power.
static unsigned bucket_of(uint64_t value)
{
	unsigned power, bucket;

	if (value < PER_POWER)
		return (unsigned)value;
	power = 63 - (unsigned)__builtin_clzll(value);
	bucket = (power - LOG_PER_POWER + 1) * PER_POWER +
	         (unsigned)(value >> (power - LOG_PER_POWER)) % PER_POWER;
	return bucket < DY_HISTOGRAM_BUCKETS ? bucket : DY_HISTOGRAM_BUCKETS - 1;
}

// bound_of is the least value of a bucket.
static double bound_of(unsigned bucket)
{
	unsigned power = bucket / PER_POWER;

	if (power == 0)
		return bucket;
	return (double)((uint64_t)(PER_POWER + bucket % PER_POWER)
	                << (power - 1));
}

void histogram_add(struct histogram *h, uint64_t value)
{
	h->count[bucket_of(value)]++;
	h->n++;
	h->sum += (double)value;
	if (value > h->max)
		h->max = value;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (int i = 0; i < DY_HISTOGRAM_BUCKETS; i++)
		into->count[i] += from->count[i];
	into->n += from->n;
	into->sum += from->sum;
	if (from->max > into->max)
		into->max = from->max;
}

static void with_bounds(const struct histogram *h, struct dy_histogram *out)
{
	memcpy(out->count, h->count, sizeof(out->count));
	for (unsigned i = 0; i <= DY_HISTOGRAM_BUCKETS; i++)
		out->bound[i] = bound_of(i);
}

static double quantile(const struct histogram *h, const struct dy_histogram *d,
                       double q)
{
	double value = dy_histogram_quantile(d, q);

	return value < (double)h->max ? value : (double)h->max;
}

double histogram_quantile(const struct histogram *h, double q)
{
	struct dy_histogram d;

	if (h->n == 0)
		return 0;
	with_bounds(h, &d);
	return quantile(h, &d, q);
}

void histogram_report(const struct histogram *h, struct wl_run *r,
                      const struct histogram_names *names, double scale)
{
	const struct {
		const char *name;
		double q;
	} part[] = {
		{names->p50, 0.5},      {names->p90, 0.9},
		{names->p99, 0.99},     {names->p999, 0.999},
		{names->p9999, 0.9999},
	};
	struct dy_histogram d;

	if (h->n == 0)
		return;
	with_bounds(h, &d);
	report_metric(r, names->mean, names->unit, "lower",
	              h->sum / (double)h->n / scale);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		report_metric(r, part[i].name, names->unit, "lower",
		              quantile(h, &d, part[i].q) / scale);
	report_metric(r, names->max, names->unit, "lower",
	              (double)h->max / scale);
}

void histogram_latency(const struct histogram *h, struct wl_run *r)
{
	static const struct histogram_names names = HISTOGRAM_NAMES("latency",
	                                                            "ns");

	histogram_report(h, r, &names, 1);
}
