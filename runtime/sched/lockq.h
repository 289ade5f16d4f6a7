// lockq.h - a P's ring under a lock, for thieves that take from its tail.
#ifndef SCHED_LOCKQ_H
#define SCHED_LOCKQ_H

#include "sched/sched.h"

// lockq_on: are the rings under locks?
static inline bool lockq_on(void)
{
	return sched.queue_order > DY_QUEUE_KEYED;
}

// lockq_put puts gp at the tail; false: the ring is full. Only by the owner.
bool lockq_put(struct p *pp, struct g *gp);
// lockq_get takes the newest or the oldest; NULL: the ring is empty.
struct g *lockq_get(struct p *pp, bool newest);
// lockq_spill moves up to n of the oldest to out.
void lockq_spill(struct p *pp, uint32_t n, struct gqueue *out);
// lockq_steal moves up to want (0: half, rounded up) of the victim's newest to pp,
// and returns the youngest of them. *n: how many in all.
struct g *lockq_steal(struct p *pp, struct p *victim, uint32_t want, uint32_t *n);

#endif
