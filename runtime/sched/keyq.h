// keyq.h - a P's queue in the order of keys that a policy gives.
#ifndef SCHED_KEYQ_H
#define SCHED_KEYQ_H

#include "sched/sched.h"

// keyq_open gives pp its queue; false: no memory. keyq_close takes it back.
bool keyq_open(struct p *pp);
void keyq_close(struct p *pp);

// keyq_put queues gp by the policy's key; false: the queue is full. By anybody.
bool keyq_put(struct m *mp, struct p *pp, struct g *gp);
// keyq_get takes the one with the least key; NULL: the queue is empty.
struct g *keyq_get(struct p *pp);
uint32_t keyq_len(const struct p *pp);
// keyq_spill moves half of the queue, those that would run last or nearly, to out.
void keyq_spill(struct p *pp, struct gqueue *out);
// keyq_steal moves up to want (0: half, rounded up) of the victim's to pp, and
// returns the first of them. *n: how many in all.
struct g *keyq_steal(struct p *pp, struct p *victim, uint32_t want, uint32_t *n);

// keyq_began and keyq_ended: the M starts, and ends, running a goroutine, whose
// time is told to the policy. They cost nothing without one that orders by keys.
void keyq_account(struct m *mp, struct g *gp);
static inline void keyq_began(struct m *mp)
{
	if (__builtin_expect(sched.queue_order == DY_QUEUE_KEYED, 0))
		mp->ran_since = port_now();
}
static inline void keyq_ended(struct m *mp, struct g *gp)
{
	if (__builtin_expect(sched.queue_order == DY_QUEUE_KEYED, 0))
		keyq_account(mp, gp);
}

#endif
