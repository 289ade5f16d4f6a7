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
	struct worker *last = &s->worker[s->n - 1],
		      short_of_one = {.id = last->id};

	s->pieces--;
	foresee(s, &short_of_one);
	s->pieces++;
	last->sum = short_of_one.right;
}

int main(void)
{
	return trial_main(&wl_syscallmix,
	                  (const trial_spoil[]){other_kind, missing_piece, NULL});
}
