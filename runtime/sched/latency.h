// latency.h - how long goroutines were runnable before they ran, and ran on though
// they were asked not to.
#ifndef SCHED_LATENCY_H
#define SCHED_LATENCY_H

#include "sched/g.h"
#include "sched/m.h"
#include "sched/p.h"

// latency_open starts anew, and reads DYNO_DEBUG=latencies=1: every wait, not
// one in eight. latency_keep sums up what the Ps, about to go, have recorded.
void latency_open(void);
void latency_keep(void);

// latency_begin: gp is about to become runnable. One in eight is timed, at random
// distances: becoming runnable has patterns, spawn, ready, spawn, ready.
void latency_stamp(struct m *mp, struct g *gp);
static inline void latency_begin(struct m *mp, struct g *gp)
{
	if (__builtin_expect(mp->untimed-- == 0, 0))
		latency_stamp(mp, gp);
}

// latency_end: gp is about to run on pp.
void latency_record(struct p *pp, struct g *gp);
static inline void latency_end(struct p *pp, struct g *gp)
{
	if (__builtin_expect(gp->timed, 0))
		latency_record(pp, gp);
}

// latency_preempted: the goroutine of mp gives way, as mp->preempt_asked says since
// when it should.
void latency_preempted(struct m *mp);

#endif
