// queues_alone.c - what the queues ask of the rest of the scheduler, for tests
// that have no rest: none of it may be needed there.
#include <stdlib.h>

#include "sched/place.h"

uint32_t place_overflow_by_policy(struct m *mp, struct p *pp)
{
	(void)mp, (void)pp;
	abort();
}

void start_m(struct p *pp, bool spinning, enum m_reason why)
{
	(void)pp, (void)spinning, (void)why;
	abort();
}

bool p_idle_remove_locked(struct p *pp)
{
	(void)pp;
	abort();
}
