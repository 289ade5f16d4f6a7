// p.c - Ps: made when GOMAXPROCS grows, kept for ever, tied to an M and parted.
#include "sched/p.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "port/race.h"
#include "sched/keyq.h"
#include "sched/sched.h"

// Timers act for those who set them; what they touch is the runtime's.
static struct ctx_fiber timer_fiber(void)
{
	struct ctx_fiber f = race_spawn("timers"), self = race_become(f);

	race_ignore_begin();
	race_become(self);
	return f;
}

static void end_timer_fiber(struct ctx_fiber f)
{
	struct ctx_fiber self = race_become(f);

	race_ignore_end();
	race_become(self);
	race_discard(f);
}

struct p *p_open(int id)
{
	struct p *pp = sched_p(id);

	if (pp)
		return pp;
	pp = aligned_alloc(CACHE_LINE, sizeof *pp);
	if (!pp)
		return NULL;
	memset(pp, 0, sizeof *pp);
	if (sched.queue_order == DY_QUEUE_KEYED && !keyq_open(pp)) {
		free(pp);
		return NULL;
	}
	pp->id = id;
	pp->timer_fiber = timer_fiber();
	pp->rand = rand_stream(sched.opt.seed, (uint64_t)id);
	pp->seen_schedtick = UINT32_MAX; // none yet: the first slice begins when
					 // sysmon first sees it
	w32_store_own(&pp->status, P_DEAD);
	wptr_store_rel(&sched.allp[id], pp);
	return pp;
}

void p_free_all(void)
{
	for (int i = 0; i < DY_PROCS_MAX; i++) {
		struct p *pp = wptr_swap_ar(&sched.allp[i], NULL);

		if (!pp)
			continue;
		timers_free(pp);
		keyq_close(pp);
		end_timer_fiber(pp->timer_fiber);
		free(pp);
	}
}

static void tell_hook(struct m *mp, struct p *pp)
{
	const struct dy_hooks *hooks = &sched.opt.hooks;

	if (hooks->m_takes_p && mp->last_p != pp->id)
		hooks->m_takes_p(hooks->arg, mp->id, pp->id);
	mp->last_p = pp->id;
}

void acquire_p(struct m *mp, struct p *pp)
{
	if (m_p(mp) || p_m(pp))
		dy_throw("acquire_p: M%d has P%d, P%d has an M", mp->id,
		         m_p(mp) ? m_p(mp)->id : -1, pp->id);
	w32_store_own(&pp->status, P_RUNNING);
	wptr_store_rel(&mp->p, pp);
	wptr_store_rel(&pp->m, mp);
	tell_hook(mp, pp);
	preempt_ticks(mp);
}

struct p *timer_home(void)
{
	return m_p(port_m());
}

struct p *release_p(struct m *mp)
{
	struct p *pp = m_p(mp);

	if (!pp || p_m(pp) != mp)
		dy_throw("release_p: M%d does not hold its P", mp->id);
	wptr_store_rel(&mp->p, NULL);
	wptr_store_rel(&pp->m, NULL);
	return pp;
}
