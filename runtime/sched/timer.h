// timer.h - timers: a 4-ary heap per P, run by whoever looks for work there.
#ifndef SCHED_TIMER_H
#define SCHED_TIMER_H

#include "port/port.h"

struct m;
struct p;

struct timer {
	uint64_t when;
	uint64_t seq;                  // orders timers of the same instant
	void (*fire)(struct timer *t); // on g0, with a P and no lock held
	void *arg;
	struct dy_wptr p; // struct p: in whose heap it is; NULL: in none
	uint32_t index;
	struct dy_w32 in_flight; // fires begun, less those that timer_done ended
};

// Under lock; next_when may be read without.
struct timers {
	struct dy_w32 lock;
	struct dy_w64 next_when; // of the earliest; 0: there is none
	struct timer **heap;
	uint32_t len, cap;
	uint64_t next_seq;
};

// timer_reserve makes room for one more timer on P; fatal without memory. Only
// by its owner, who then calls timer_add before anything else of his adds one.
void timer_reserve(struct p *pp);
// timer_home is whose heap a timer of the caller goes into: that of its P.
struct p *timer_home(void);
// timer_add arms t, whose when, fire and arg are set, there.
void timer_add(struct timer *t);
// timer_del disarms t. False: it has fired, or is about to.
bool timer_del(struct timer *t);
// timer_await waits until no fire of t, which is disarmed, is under way: then t
// may go. Only for timers whose fire ends with timer_done, as its last touch of
// t; a fire must not block. Blocks: G, for as long as that fire takes.
void timer_await(struct timer *t);
static inline void timer_done(struct timer *t)
{
	w32_add_ar(&t->in_flight, (uint32_t)-1);
}
static inline bool timer_in_flight(const struct timer *t)
{
	return w32_load_acq(&t->in_flight) != 0;
}
// timers_run fires what is due on P, and returns when the next one is (0: none).
// The clock is read only if there are timers.
uint64_t timers_run(struct m *mp, struct p *pp);
// timers_passed: is the earliest of these timers due? There is one.
bool timers_passed(const struct timers *ts);
// timers_armed: is there a timer in any heap?
bool timers_armed(void);
// timers_move moves all timers of a dying P to another.
void timers_move(struct p *from, struct p *to);
void timers_free(struct p *pp);

#endif
