// syscall.c - system calls: the P stays with the M until somebody takes it.
//
// Entering is one store of the state, leaving one compare-and-swap. Whoever
// wants the P of an M that is in a call (sysmon, a resize) locks the state by
// adding G_SCAN, looks whether M, P and G still belong together, takes the P,
// and unlocks; a call that ends meanwhile waits for that. A P is taken only so,
// therefore an M that finds its P after the swap has lost nothing. One that does not
// looks where its P is: in another call, it takes it back. So Ms whose calls end one
// after another pass a P among them, without the monitor. By the policies handoff and
// pool the M itself gives its P on first, and needs another at the end.
//
// Source: runtime/proc.go at go1.26 and later, where the state _Psyscall is
// gone. Differs: Go enters by a compare-and-swap, because others may be
// scanning a running G's stack; here nobody does.
#include "sched/syscall.h"

#include "base/fatal.h"
#include "port/race.h"
#include "sched/callpool.h"
#include "sched/latency.h"
#include "sched/park.h"
#include "sched/place.h"

static void begin_state(struct m *mp, struct g *gp)
{
	COUNT(mp, syscalls);
	w32_store_rel(&gp->status, G_SYSCALL);
	if (w32_load_rlx(&sched.sysmon_waits) != 0)
		sysmon_wake();
}

// At the M cap the P would only be shelved: it is kept, as sysmon would leave it.
static bool may_hand_off(struct m *mp, const struct dy_syscall_policy *policy)
{
	if (policy->mode == DY_SYSCALL_RETAKE)
		return false;
	if (!sched.opt.m_cap || m_available())
		return true;
	COUNT(mp, m_cap_held);
	return false;
}

// The P is released before the state says that it may be taken, so that sysmon and
// this M cannot both give it on.
static void enter_by_policy(const struct dy_syscall_policy *policy)
{
	struct g *gp = g_self();
	bool pooled;
	struct m *mp;
	struct p *pp;

	pooled = callpool_enter();
	mp = port_m();
	mp->pooled = pooled;
	pp = m_p(mp);
	mp->old_p = pp;
	w32_add_own(&pp->syscalltick, 1);
	if (!may_hand_off(mp, policy)) {
		begin_state(mp, gp);
		return;
	}
	release_p(mp);
	begin_state(mp, gp);
	handoff_p(pp);
}

void enter_syscall(void)
{
	const struct dy_syscall_policy *policy = syscall_policy();
	struct m *mp = port_m();
	struct g *gp = g_self();
	struct p *pp;

	if (__builtin_expect(policy != NULL, 0)) {
		enter_by_policy(policy);
		return;
	}
	pp = m_p(mp);
	mp->old_p = pp;
	w32_add_own(&pp->syscalltick, 1);
	begin_state(mp, gp);
}

bool take_p_in_syscall(struct p *pp)
{
	struct m *mp = p_m(pp);
	struct g *gp = mp ? wptr_load_acq(&mp->cur) : NULL;
	uint32_t in = G_SYSCALL;
	bool taken;

	if (!gp || !w32_cas_ar(&gp->status, &in, G_SYSCALL | G_SCAN))
		return false;
	taken = p_m(pp) == mp && wptr_load_acq(&mp->p) == pp &&
	        wptr_load_acq(&mp->cur) == gp;
	if (taken) {
		wptr_store_rel(&mp->p, NULL);
		wptr_store_rel(&pp->m, NULL);
	}
	w32_store_rel(&gp->status, G_SYSCALL);
	return taken;
}

static void end_state(struct g *gp)
{
	uint32_t in = G_SYSCALL;

	while (!w32_cas_ar(&gp->status, &in, G_RUNNING)) {
		port_spin_until(&gp->status, G_SYSCALL | G_SCAN, PORT_FOREVER);
		in = G_SYSCALL;
	}
}

// take_back takes the P that the M had from a call that has it now, by Go's rule alone:
// another policy may want it kept. Records of Ms are never unmapped while Ms run, so
// that the other M may end meanwhile.
static struct p *take_back(struct m *mp)
{
	struct p *pp = mp->old_p;

	if (!pp || syscall_policy() || p_surplus(pp) || !take_p_in_syscall(pp))
		return NULL;
	COUNT(mp, syscall_takes);
	return pp;
}

// The P that the M had, if it is idle, else any that is.
static struct p *another_p_locked(struct m *mp)
{
	if (mp->old_p && p_idle_remove_locked(mp->old_p))
		return mp->old_p;
	return p_idle_get_locked();
}

// On g0, the goroutine having left the M's stack: one more look for a P.
static void post_exit_syscall(struct m *mp, struct g *gp)
{
	bool placed = place_policy() != NULL;
	struct p *pp;

	latency_begin(mp, gp);
	w32_store_rel(&gp->status, G_RUNNABLE);
	if (placed)
		place_by_policy(mp, gp, DY_SYSRET);
	lock_acquire(&sched.lock);
	if (!placed)
		globq_put_locked(gp);
	pp = another_p_locked(mp);
	lock_release(&sched.lock);
	if (pp)
		acquire_p(mp, pp);
}

static void resume_with(struct m *mp, struct p *pp)
{
	acquire_p(mp, pp);
	w32_add_own(&pp->schedtick, 1);
	w32_add_own(&pp->syscalltick, 1);
}

void exit_syscall(void)
{
	struct m *mp = port_m();
	struct g *gp = m_cur(mp);
	struct p *pp;

	end_state(gp);
	if (__builtin_expect(mp->pooled, 0)) {
		mp->pooled = false;
		callpool_leave();
	}
	pp = m_p(mp);
	if (pp) {
		w32_add_own(&pp->syscalltick, 1);
		preempt_poll();
		return;
	}
	pp = sched_stopping() ? NULL : take_back(mp);
	if (!pp) {
		lock_acquire(&sched.lock);
		pp = sched_stopping() ? NULL : another_p_locked(mp);
		lock_release(&sched.lock);
	}
	if (pp)
		resume_with(mp, pp);
	else
		leave(post_exit_syscall, false);
}

void dy_blocking(dy_fn fn, void *arg)
{
	RACE_FRAME;

	enter_syscall();
	fn(arg);
	exit_syscall();
}

void dy_block(uint64_t ns)
{
	enter_syscall();
	port_block(&port_m()->thread, ns);
	exit_syscall();
}
