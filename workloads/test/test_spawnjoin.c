// test_spawnjoin.c - that a goroutine which never ran, or ran twice, is found.
#include "../spawnjoin.c"

#include "trial.h"

static void never_ran(struct wl_run *r)
{
	struct batch *b = r->state;

	b->ran[b->n - 1]--;
}

static void ran_twice(struct wl_run *r)
{
	struct batch *b = r->state;

	run_one(&b->ran[0]);
}

int main(void)
{
	return trial_main(&wl_spawnjoin,
	                  (const trial_spoil[]){never_ran, ran_twice, NULL});
}
