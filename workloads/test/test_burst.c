// test_burst.c - that a piece which ran too often or too rarely is found.
#include "../burst.c"

#include "trial.h"

static void ran_twice(struct wl_run *r)
{
	struct source *s = r->state;

	s->piece[0].ran++;
}

static void missed_one(struct wl_run *r)
{
	struct source *s = r->state;

	s->piece[s->n - 1].ran--;
}

int main(void)
{
	return trial_main(&wl_burst,
	                  (const trial_spoil[]){ran_twice, missed_one, NULL});
}
