// test_selectstorm.c - that a lost, doubled or wrong message is found.
#include "../selectstorm.c"

#include "trial.h"

static void lost_message(struct wl_run *r)
{
	struct storm *s = r->state;

	s->receiver[0].got--;
}

static void wrong_message(struct wl_run *r)
{
	struct storm *s = r->state;

	s->receiver[s->receivers - 1].sum++;
}

int main(void)
{
	return trial_main(&wl_selectstorm,
	                  (const trial_spoil[]){lost_message, wrong_message,
	                                        NULL});
}
