// random.c - splitmix64 (Steele, Lea and Flood 2014): 64 bits of state, every
// seed is good.
#include "random.h"

uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

// The upper half of the bits, scaled.
size_t random_below(uint64_t *state, size_t n)
{
	return (size_t)((random_next(state) >> 32) * n >> 32);
}
