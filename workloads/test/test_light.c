// test_light.c - that a request which is lost or too early, and work that the hogs left
// or did twice, are found.
#include "../light.c"

#include "trial.h"

static void lose_one(struct wl_run *r)
{
	struct yard *y = r->state;

	y->requests->request[y->requests->n / 2].answers = 0;
}

static void answer_early(struct wl_run *r)
{
	struct yard *y = r->state;
	struct request *q = &y->requests->request[y->requests->n - 1];

	q->answered = q->due - 1;
}

static void lazy_hog(struct wl_run *r)
{
	struct yard *y = r->state;

	atomic_fetch_sub(&y->herd.hog[0].burnt, 1);
}

static void hog_twice(struct wl_run *r)
{
	struct yard *y = r->state;

	atomic_fetch_add(&y->herd.hog[0].burnt, y->herd.pieces);
}

int main(void)
{
	return trial_main(&wl_light,
	                  (const trial_spoil[]){lose_one, answer_early,
	                                        lazy_hog, hog_twice, NULL});
}
