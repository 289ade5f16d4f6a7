// p.h - a P, the right to run Gs, and what belongs to whoever holds it.
#ifndef SCHED_P_H
#define SCHED_P_H

#include <dyno/policy.h>

#include "base/depot.h"
#include "base/histogram.h"
#include "base/rand.h"
#include "sched/g.h"
#include "sched/timer.h"

struct m;

// The ring of a P's queue; a power of two. Tests shrink it.
#ifndef DY_RING
#define DY_RING 256
#endif

enum p_status { P_IDLE, P_RUNNING, P_DEAD };

struct p {
	// By the M that holds it; sysmon reads the ticks.
	struct dy_w32 schedtick;   // goroutines started; a time slice is a tick
	struct dy_w32 syscalltick; // system calls begun and ended
	struct cache records;      // dead Gs
	struct cache stacks;       // free ones, of the default size
	uint64_t next_id, end_id;  // batch of goroutine ids
	struct rand rand;
	uint32_t look_tick;   // the slice that inserted polls last looked at,
	uint64_t look_when;   // and when they first did; 0: never
	uint32_t shard_takes; // from the global queue's several lists

	// By the owner; thieves take with compare-and-swap.
	_Alignas(CACHE_LINE) struct dy_wptr runnext; // struct g: runs next
	struct dy_w32 tail;                          // by the owner
	struct dy_w32 inbox_len;                     // by who has its lock
	struct dy_w32 ring_lock; // of tail, head and ring, if they have one: lockq.c
	_Alignas(CACHE_LINE) struct dy_w32 head; // by owner and thieves
	_Alignas(CACHE_LINE) struct dy_wptr ring[DY_RING]; // struct g

	// By anybody, each under its own lock.
	_Alignas(CACHE_LINE) struct dy_w32 inbox_lock;
	struct gqueue inbox; // see inbox.c
	struct keyq *keyq; // instead of the ring, see keyq.c; NULL: there is none
	_Alignas(CACHE_LINE) struct timers timers;

	// By who takes and gives the P, under sched.lock or as its holder.
	_Alignas(CACHE_LINE) struct dy_wptr m; // struct m: the holder
	struct dy_w32 status;
	struct p *idle_link;
	int id;

	// By sysmon.
	uint32_t seen_schedtick, seen_syscalltick;
	uint64_t seen_schedwhen, seen_syscallwhen;

	// By the M that holds it, read by anybody.
	struct histogram latency;       // from runnable to running, in ticks
	struct histogram preempt_delay; // from request to effect, likewise

	// By whoever runs timers as its holder: who they act as, to a race detector.
	struct ctx_fiber timer_fiber;

	// By policies: per axis.
	_Alignas(CACHE_LINE) char scratch[7][DY_POLICY_SCRATCH];
} __attribute__((aligned(CACHE_LINE)));

static inline struct m *p_m(const struct p *pp)
{
	return wptr_load_acq(&pp->m);
}

// timers_due: would timers_run fire anything? The clock is read only if there are
// timers.
static inline bool timers_due(const struct p *pp)
{
	return w64_load_acq(&pp->timers.next_when) != 0 &&
	       timers_passed(&pp->timers);
}

// acquire_p and release_p tie an M and a P and part them. The P is off the
// idle list; sched.lock is not needed.
void acquire_p(struct m *mp, struct p *pp);
struct p *release_p(struct m *mp);

// The idle list, last in first out. Sched must be locked.
void p_idle_put_locked(struct p *pp);
struct p *p_idle_get_locked(void);
// p_idle_remove_locked: false, if pp is not on the list.
bool p_idle_remove_locked(struct p *pp);

// p_open makes P id, or makes it live again, with the stream of its number.
// NULL: no memory. p_free_all frees every P.
struct p *p_open(int id);
void p_free_all(void);

#endif
