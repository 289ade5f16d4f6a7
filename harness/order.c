// order.c - the order in which trials are run.
//
// Machines drift over minutes. Blocks spread each point over the whole
// experiment, so that a drift meets all points alike; the shuffle within a
// block keeps any point from always following the same other one. The random
// stream is results/random.h.
#include "order.h"

#include <results/random.h>
#include <sys/random.h>
#include <time.h>

// below returns a number in 0 .. n-1, each equally likely: what would favour
// the small ones is drawn again.
static size_t below(uint64_t *state, size_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;

	do
		x = random_next(state);
	while (x >= limit);
	return (size_t)(x % n);
}

static void shuffle(struct order_item *v, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = below(state, i);
		struct order_item swap = v[i - 1];

		v[i - 1] = v[j];
		v[j] = swap;
	}
}

void order_make(size_t points, int reps, uint64_t seed, struct order_item *out)
{
	uint64_t state = seed;

	for (int rep = 0; rep < reps; rep++) {
		struct order_item *block = out + (size_t)rep * points;

		for (size_t i = 0; i < points; i++)
			block[i] = (struct order_item){i, rep};
		shuffle(block, points, &state);
	}
}

int64_t order_draw_seed(void)
{
	uint64_t v = 0;

	if (getrandom(&v, sizeof v, 0) != sizeof v)
		v = (uint64_t)time(NULL) << 11;
	v >>= 11;
	return v ? (int64_t)v : 1;
}

int64_t order_seed(uint64_t seed, int rep)
{
	uint64_t state = seed ^
	                 ((uint64_t)rep + 1) * UINT64_C(0xd1342543de82ef95);
	int64_t drawn;

	do
		drawn = (int64_t)(random_next(&state) >> 11);
	while (drawn == 0);
	return drawn;
}
