// histogram.h - how often a span was about so long, within an eighth.
//
// Eight buckets for each power of two: below 8 a bucket is one number, beyond it
// the bits under the leading one choose. Recording is a few instructions and one
// store, by the owner only; readers sum, and see old or new counts.
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <dyno/stats.h>

#include "port/atomic.h"

enum { HIST_BITS = 3, HIST_BUCKETS = DY_HISTOGRAM_BUCKETS };

struct histogram {
	struct dy_w64 count[HIST_BUCKETS];
};

static inline uint32_t histogram_bucket(uint64_t v)
{
	uint32_t top, i;

	if (v < 1u << HIST_BITS)
		return (uint32_t)v;
	top = 63 - (uint32_t)__builtin_clzll(v);
	i = ((top - HIST_BITS + 1) << HIST_BITS) +
	    (uint32_t)(v >> (top - HIST_BITS) & ((1u << HIST_BITS) - 1));
	return i < HIST_BUCKETS ? i : HIST_BUCKETS - 1;
}

// histogram_bound is the least value of bucket i; of HIST_BUCKETS, the end.
static inline uint64_t histogram_bound(uint32_t i)
{
	uint32_t top = (i >> HIST_BITS) + HIST_BITS - 1;

	if (i < 1u << HIST_BITS)
		return i;
	return UINT64_C(1) << top | (uint64_t)(i & ((1u << HIST_BITS) - 1))
	                                    << (top - HIST_BITS);
}

static inline void histogram_record(struct histogram *h, uint64_t v)
{
	w64_add_own(&h->count[histogram_bucket(v)], 1);
}

#endif
