// group.c - goroutines that work for a common end.
//
// The first failure is kept, by compare-and-swap, and cancels the context. A
// goroutine of the group gives its slot back before it counts itself out: the
// group may be gone afterwards.
//
// Source: golang.org/x/sync/errgroup.
#include <dyno/context.h>
#include <dyno/sync.h>
#include <stdlib.h>

#include <errno.h>

#include "base/fatal.h"
#include "port/race.h"
#include "sched/sched.h"

struct task {
	struct dy_group *g;
	int (*fn)(void *arg);
	void *arg;
};

int dy_group_open(struct dy_group *g, struct dy_context *parent, int limit)
{
	*g = (struct dy_group){.limited = limit > 0};
	if (limit > 0)
		w32_store_own(&g->slots.count, (uint32_t)limit);
	if (!parent)
		return 0;
	g->ctx = dy_context_with_cancel(parent);
	return g->ctx ? 0 : -ENOMEM;
}

struct dy_context *dy_group_context(const struct dy_group *g)
{
	return g->ctx;
}

static void fail(struct dy_group *g, int err)
{
	uint32_t none = 0;

	if (w32_cas_ar(&g->err, &none, (uint32_t)err) && g->ctx)
		dy_context_cancel(g->ctx, err);
}

static void run_task(void *arg)
{
	struct task t = *(struct task *)arg;
	int err;

	free(arg);
	err = t.fn(t.arg);
	if (err)
		fail(t.g, err);
	if (t.g->limited)
		dy_sema_release(&t.g->slots);
	dy_wg_done(&t.g->wg);
}

// The caller has a slot.
static void start(struct dy_group *g, int (*fn)(void *arg), void *arg)
{
	struct task *t = malloc(sizeof *t);

	if (!t)
		fatal("out of memory: dy_group_go cannot start a goroutine");
	*t = (struct task){g, fn, arg};
	dy_wg_add(&g->wg, 1);
	dy_go(run_task, t);
}

void dy_group_go(struct dy_group *g, int (*fn)(void *arg), void *arg)
{
	RACE_FRAME;

	if (g->limited)
		dy_sema_acquire(&g->slots);
	start(g, fn, arg);
}

bool dy_group_try(struct dy_group *g, int (*fn)(void *arg), void *arg)
{
	RACE_FRAME;

	if (g->limited && !dy_sema_try(&g->slots))
		return false;
	start(g, fn, arg);
	return true;
}

int dy_group_wait(struct dy_group *g)
{
	int err;

	dy_wg_wait(&g->wg);
	err = (int)w32_load_acq(&g->err);
	if (g->ctx) {
		dy_context_cancel(g->ctx, err);
		dy_context_release(g->ctx);
		g->ctx = NULL;
	}
	return err;
}
