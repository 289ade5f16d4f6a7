// test_lifotrap.c - that a wrong message and a wrong answer are found.
#include "../lifotrap.c"

#include "trial.h"

static void wrong_message(struct wl_run *r)
{
	struct trap *t = r->state;

	t->heard--;
}

static void wrong_answer(struct wl_run *r)
{
	struct trap *t = r->state;

	t->answered++;
}

int main(void)
{
	return trial_main(&wl_lifotrap,
	                  (const trial_spoil[]){wrong_message, wrong_answer,
	                                        NULL});
}
