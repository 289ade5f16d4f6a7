// test_fan.c - that a lost job and a wrong result are found.
#include "../fan.c"

#include "trial.h"

static void wrong_result(struct wl_run *r)
{
	struct firm *f = r->state;

	f->sum--;
}

static void lost_job(struct wl_run *r)
{
	struct firm *f = r->state;

	f->worker[0].done--;
}

int main(void)
{
	return trial_main(&wl_fan,
	                  (const trial_spoil[]){wrong_result, lost_job, NULL});
}
