// netpoll.h - the poller: who looks at it, and what becomes of what it says.
#ifndef SCHED_NETPOLL_H
#define SCHED_NETPOLL_H

#include "sched/g.h"

int netpoll_open(void);
void netpoll_close(void);

// netpoll_poll collects the goroutines that became ready, waiting for the first
// until the deadline (0: not at all). They are WAITING still.
struct gqueue netpoll_poll(struct m *mp, uint64_t deadline);
// netpoll_inject makes what netpoll_poll returned runnable; pp may be NULL.
void netpoll_inject(struct m *mp, struct p *pp, struct gqueue *list);
bool netpoll_waited(void); // somebody waits
// netpoll_hurry ends a blocking poll that would last beyond when; false: nobody
// blocks there. netpoll_break then makes somebody.
bool netpoll_hurry(uint64_t when);
void netpoll_break(uint64_t when);

#endif
