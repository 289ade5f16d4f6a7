// quantile.c - quantiles of a histogram, by interpolation within a bucket.
#include <dyno/stats.h>

double dy_histogram_quantile(const struct dy_histogram *h, double q)
{
	uint64_t all = 0, below = 0;
	double wanted;

	for (int i = 0; i < DY_HISTOGRAM_BUCKETS; i++)
		all += h->count[i];
	wanted = q * (double)all;
	for (int i = 0; i < DY_HISTOGRAM_BUCKETS; i++) {
		double in = (double)h->count[i];

		if (in > 0 && (double)below + in >= wanted)
			return h->bound[i] + (h->bound[i + 1] - h->bound[i]) *
			                             (wanted - (double)below) /
			                             in;
		below += h->count[i];
	}
	return -1;
}
