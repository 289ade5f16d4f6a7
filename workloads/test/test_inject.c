// test_inject.c - that a goroutine which never ran, did not end or ran twice is
// found.
#include "../inject.c"

#include "trial.h"

static struct item *last(struct wl_run *r)
{
	struct storm *s = r->state;

	return &s->item[s->n * s->spawns - 1];
}

static void never_ran(struct wl_run *r)
{
	last(r)->stage = SPAWNED;
}

static void did_not_end(struct wl_run *r)
{
	last(r)->stage = BEGUN;
}

static void ran_again(void *arg)
{
	struct item *i = arg;

	dy_wg_add(&i->producer->done, 1);
	run_item(i);
}

static void ran_twice(struct wl_run *r)
{
	ran_again(last(r));
}

int main(void)
{
	return trial_main(&wl_inject, (const trial_spoil[]){never_ran, did_not_end,
	                                                    ran_twice, NULL});
}
