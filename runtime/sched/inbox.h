// inbox.h - goroutines that other Ps have left for this one.
#ifndef SCHED_INBOX_H
#define SCHED_INBOX_H

#include "sched/sched.h"

// inbox_put leaves gp for the P that it last ran on. True: that P was idle, and
// has been started; false: the caller is to see to it that somebody is awake, as
// after any submission. Ends with a StoreLoad barrier.
bool inbox_put(struct m *mp, struct g *gp);

// inbox_get takes the oldest; by anybody. NULL: there is none.
struct g *inbox_get(struct p *pp);

static inline uint32_t inbox_len(const struct p *pp)
{
	return w32_load_acq(&pp->inbox_len);
}

#endif
