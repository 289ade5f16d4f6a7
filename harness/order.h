// order.h - the order in which trials are run.
#ifndef HARNESS_ORDER_H
#define HARNESS_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct order_item {
	size_t point;
	int rep;
};

// order_make fills out, points * reps long, with every pair of point and
// repetition: block after block, each holding every point once, shuffled. The
// same seed gives the same order everywhere.
void order_make(size_t points, int reps, uint64_t seed, struct order_item *out);

// order_draw_seed draws a seed of 1 .. 2^53 - 1 for an order.
int64_t order_draw_seed(void);

// order_seed returns a seed of 1 .. 2^53 - 1 for a repetition. All points get
// the same one, so that they are compared on the same random choices.
int64_t order_seed(uint64_t seed, int rep);

#endif
