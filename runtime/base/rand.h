// rand.h - seeded streams of random numbers, one per P and one per P-less M.
//
// The generator is a Weyl sequence put through a 64-bit mixer (Steele, Lea,
// Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014): one
// addition, two multiplications, no state worth sharing. A stream is started
// from the run's seed and its own number, so that two streams differ and a run
// can be repeated.
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stdint.h>

struct rand {
	uint64_t state;
};

static inline uint64_t rand_mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline struct rand rand_stream(uint64_t seed, uint64_t number)
{
	return (struct rand){rand_mix(seed + rand_mix(number + 1))};
}

static inline uint64_t rand_next(struct rand *r)
{
	r->state += UINT64_C(0x9e3779b97f4a7c15);
	return rand_mix(r->state);
}

// rand_below returns a number in [0, n); n > 0. The bias is below n / 2^32.
static inline uint32_t rand_below(struct rand *r, uint32_t n)
{
	return (uint32_t)((rand_next(r) >> 32) * n >> 32);
}

#endif
