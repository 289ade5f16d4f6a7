// rng.h - seeded random streams (SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
//
// Every draw of a workload comes from wl_run's seed through here. Streams of
// the same seed are independent, so that each goroutine has its own and the
// order in which they run changes nothing.
#ifndef WORKLOADS_RNG_H
#define WORKLOADS_RNG_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t x = r->state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

// rng_stream returns stream i of a seed.
static inline struct rng rng_stream(uint64_t seed, uint64_t i)
{
	struct rng a = {seed};
	struct rng b = {rng_next(&a) + i};

	return (struct rng){rng_next(&b)};
}

// rng_below returns a number below n; the bias is under n / 2^64.
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
	return rng_next(r) % n;
}

// rng_fill fills the n bytes at buf.
static inline void rng_fill(struct rng *r, void *buf, size_t n)
{
	uint8_t *p = buf;

	while (n > 0) {
		uint64_t x = rng_next(r);
		size_t part = n < sizeof(x) ? n : sizeof(x);

		memcpy(p, &x, part);
		p += part;
		n -= part;
	}
}

#endif
