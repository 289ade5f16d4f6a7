// resize.c - GOMAXPROCS, changed while goroutines run.
//
// The world is not stopped. Growing makes Ps and puts them on the idle list.
// Shrinking lowers nprocs; from then on a P whose number is not below it is
// surplus: an idle one goes at once, one in a system call is taken by sysmon,
// a running one is given up by its M at its next scheduling point, which
// preemption brings about. The Gs of a P that goes move to the head of the
// global queue, its timers to P 0, which never goes.
//
// Source: runtime/proc.go procresize. Differs: Go stops the world.
#include "base/fatal.h"
#include "sched/procs.h"
#include "sched/sched.h"

void p_retire(struct p *pp)
{
	timers_move(pp, sched_p(0));
	lock_acquire(&sched.lock);
	if (p_surplus(pp))
		w32_store_rel(&pp->status, P_DEAD);
	else
		p_idle_put_locked(pp); // grown again meanwhile
	fence_full();                  // pairs with inbox_put
	runq_drain_locked(pp);
	lock_release(&sched.lock);
	fence_full();
	wake_p();
}

static void retire_idle_locked(struct p **dead)
{
	struct p **at = &sched.idle_p;

	while (*at) {
		struct p *pp = *at;

		if (!p_surplus(pp)) {
			at = &pp->idle_link;
			continue;
		}
		*at = pp->idle_link;
		w64_and_ar(&sched.idle_mask[pp->id / 64],
		           ~(UINT64_C(1) << pp->id % 64));
		w32_add_ar(&sched.npidle, (uint32_t)-1);
		pp->idle_link = *dead;
		*dead = pp;
	}
}

static void shrink(int n)
{
	struct p *dead = NULL;

	lock_acquire(&sched.lock);
	w32_store_rel(&sched.nprocs, (uint32_t)n);
	retire_idle_locked(&dead);
	lock_release(&sched.lock);
	while (dead) {
		struct p *next = dead->idle_link;

		p_retire(dead);
		dead = next;
	}
	for (int i = n; i < DY_PROCS_MAX && sched_p(i); i++)
		preempt_ask(sched_p(i));
}

static void grow(int from, int n)
{
	for (int i = from; i < n; i++) {
		if (!p_open(i))
			fatal("out of memory: no room for %d Ps", n);
	}
	lock_acquire(&sched.lock);
	w32_store_rel(&sched.nprocs, (uint32_t)n);
	for (int i = from; i < n; i++) {
		struct p *pp = sched_p(i);

		// One that an earlier shrink did not catch lives on.
		if (w32_load_own(&pp->status) == P_DEAD)
			p_idle_put_locked(pp);
	}
	lock_release(&sched.lock);
	fence_full();
	wake_p();
}

int resize(int n)
{
	int before = sched_procs();

	if (n > DY_PROCS_MAX)
		n = DY_PROCS_MAX;
	if (n > before)
		grow(before, n);
	else if (n > 0 && n < before)
		shrink(n);
	return before;
}

int dy_gomaxprocs(int n)
{
	int before = procs_set(n);

	preempt_poll();
	return before;
}
