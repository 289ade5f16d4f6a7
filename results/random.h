// random.h - a random stream that is the same on every machine: splitmix64.
#ifndef RESULTS_RANDOM_H
#define RESULTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

// random_next returns the next 64 bits. Every state is a good seed.
uint64_t random_next(uint64_t *state);

// random_below draws a number below n, which is at most 2^32. For n below a
// million the bias is under 1/4000 of a number's chance.
size_t random_below(uint64_t *state, size_t n);

#endif
