// place.h - where a goroutine that may run again goes.
#ifndef SCHED_PLACE_H
#define SCHED_PLACE_H

#include "sched/sched.h"

// place queues gp, which nobody else holds and which is RUNNABLE, and wakes an M
// for it if there is need. why is not DY_NEW.
void place_by_policy(struct m *mp, struct g *gp, enum dy_place_event why);
static inline void place(struct m *mp, struct g *gp, enum dy_place_event why)
{
	if (__builtin_expect(place_policy() != NULL, 0)) {
		place_by_policy(mp, gp, why);
		return;
	}
	if (why == DY_WOKEN && m_p(mp)) {
		runq_put(m_p(mp), gp, true);
	} else {
		globq_put(gp);
		fence_full();
	}
	wake_p();
}

// place_new is place for a goroutine that was just spawned. By a policy it may
// run at once, in place of the caller: then place_new returns when the caller
// runs again, maybe on another M.
void place_new_by_policy(struct m *mp, struct g *gp);
static inline void place_new(struct m *mp, struct g *gp)
{
	if (__builtin_expect(place_policy() != NULL, 0)) {
		place_new_by_policy(mp, gp);
		return;
	}
	if (m_p(mp)) {
		runq_put(m_p(mp), gp, true);
	} else {
		globq_put(gp); // by a foreign thread
		fence_full();
	}
	wake_p();
}

// place_ran notes where gp runs, for place=lastp.
static inline void place_ran(struct g *gp, const struct p *pp)
{
	if (__builtin_expect(place_policy() != NULL, 0))
		gp->last_p = (uint16_t)pp->id;
}

// place_overflow is how many of a full ring's oldest go to the global queue.
uint32_t place_overflow_by_policy(struct m *mp, struct p *pp);
static inline uint32_t place_overflow(struct m *mp, struct p *pp)
{
	if (__builtin_expect(place_policy() != NULL, 0))
		return place_overflow_by_policy(mp, pp);
	return DY_RING / 2;
}

#endif
