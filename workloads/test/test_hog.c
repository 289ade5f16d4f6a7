// test_hog.c - that a wrong answer and work left undone are found.
#include "../hog.c"

#include "trial.h"

static void wrong_answer(struct wl_run *r)
{
	struct pen *p = r->state;

	p->right--;
}

static void lazy_hog(struct wl_run *r)
{
	struct pen *p = r->state;

	atomic_fetch_sub(&p->herd.hog[0].burnt, 1);
}

int main(void)
{
	return trial_main(&wl_hog,
	                  (const trial_spoil[]){wrong_answer, lazy_hog, NULL});
}
