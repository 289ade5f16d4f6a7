// test_transfer.c - that a turn which somebody missed, or nobody led, is found.
#include "../transfer.c"

#include "trial.h"

static void missed(struct wl_run *r)
{
	struct state *s = r->state;

	atomic_store(&s->citizen[s->n - 1].seen, s->turns - 1);
}

static void not_led(struct wl_run *r)
{
	struct state *s = r->state;

	s->citizen[0].led--;
}

int main(void)
{
	return trial_main(&wl_transfer,
	                  (const trial_spoil[]){missed, not_led, NULL});
}
