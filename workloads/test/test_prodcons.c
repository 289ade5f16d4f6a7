// test_prodcons.c - that a lost, doubled or wrong item is found.
#include "../prodcons.c"

#include "trial.h"

static void lost_item(struct wl_run *r)
{
	struct store *s = r->state;

	s->consumer[0].got--;
}

static void wrong_item(struct wl_run *r)
{
	struct store *s = r->state;

	s->consumer[s->n - 1].sum ^= 4;
}

int main(void)
{
	return trial_main(&wl_prodcons,
	                  (const trial_spoil[]){lost_item, wrong_item, NULL});
}
