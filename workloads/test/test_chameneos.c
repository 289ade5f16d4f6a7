// test_chameneos.c - that a meeting too few, or with oneself, is found.
#include "../chameneos.c"

#include "trial.h"

static void too_few(struct wl_run *r)
{
	struct place *p = r->state;

	p->creature[0].meetings--;
}

static void with_itself(struct wl_run *r)
{
	struct place *p = r->state;

	p->creature[p->n - 1].with_itself++;
}

int main(void)
{
	return trial_main(&wl_chameneos,
	                  (const trial_spoil[]){too_few, with_itself, NULL});
}
