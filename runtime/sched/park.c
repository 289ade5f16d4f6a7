// park.c - waiting and waking, yielding.
#include "sched/park.h"

#include "base/fatal.h"
#include "sched/latency.h"
#include "sched/place.h"

struct g *g_self(void)
{
	struct m *mp = port_m();
	struct g *gp = mp ? m_cur(mp) : NULL;

	if (!gp)
		fatal("a dyno call that only goroutines may make was made outside one");
	return gp;
}

bool park_unlock(struct g *gp, void *lock)
{
	(void)gp;
	lock_release(lock);
	return true;
}

// The commit was refused: the condition came true meanwhile.
static void post_park(struct m *mp, struct g *gp)
{
	bool (*commit)(struct g *, void *) = mp->commit;

	mp->commit = NULL;
	if (commit && !commit(gp, mp->commit_arg))
		ready(gp);
}

// The status says WAITING before the commit can show the goroutine to a waker.
void park(bool (*commit)(struct g *gp, void *arg), void *arg, enum wait_reason why)
{
	struct m *mp = port_m();
	struct g *gp = g_self();

	gp->reason = why;
	w32_store_rel(&gp->status, G_WAITING);
	gp->parked_at = w64_load_own(&sched.coarse_now);
	mp->commit = commit;
	mp->commit_arg = arg;
	COUNT(mp, parks);
	leave(post_park, false);
}

void ready(struct g *gp)
{
	struct m *mp = port_m();

	if (w32_load_own(&gp->status) != G_WAITING)
		dy_throw("ready: goroutine %llu is in state %u, not waiting",
		         (unsigned long long)gp->id, w32_load_own(&gp->status));
	latency_begin(mp, gp);
	w32_store_rel(&gp->status, G_RUNNABLE);
	COUNT(mp, readies);
	place(mp, gp, DY_WOKEN);
}

static void post_yield(struct m *mp, struct g *gp)
{
	place(mp, gp, DY_YIELDED);
}

static void post_yield_local(struct m *mp, struct g *gp)
{
	runq_put(m_p(mp), gp, false);
	fence_full();
	wake_p();
}

static void yield_by(post_fn post)
{
	struct g *gp = g_self();

	latency_begin(port_m(), gp);
	w32_store_rel(&gp->status, G_RUNNABLE);
	leave(post, true);
}

void yield(void)
{
	COUNT(port_m(), yields);
	yield_by(post_yield);
}

void yield_local(void)
{
	yield_by(post_yield_local);
}

void dy_yield(void)
{
	g_self();
	yield();
}

uint64_t dy_goid(void)
{
	return g_self()->id;
}
