// test_syscallmix.c - that a piece too few or of the wrong kind is found.
#include "../syscallmix.c"

#include "trial.h"

static void other_kind(struct wl_run *r)
{
	struct shop *s = r->state;
	uint8_t blocks = 1;

	s->worker[0].sum = checksum_add(s->worker[0].sum, &blocks,
	                                sizeof(blocks));
}

static void missing_piece(struct wl_run *r)
{
	struct shop *s = r->state;
	uint64_t all = s->pieces--;

	s->worker[s->n - 1].sum = right_sum(s, s->n - 1);
	s->pieces = all;
}

int main(void)
{
	return trial_main(&wl_syscallmix,
	                  (const trial_spoil[]){other_kind, missing_piece, NULL});
}
