// m.h - an M, a kernel thread that runs Gs, and what it counts.
#ifndef SCHED_M_H
#define SCHED_M_H

#include <dyno/policy.h>
#include <dyno/stats.h>

#include "base/lock.h"
#include "base/rand.h"
#include "port/ctx.h"
#include "port/port.h"

struct g;
struct p;

// Written by the M alone, read by anybody.
struct counters {
#define X(field, what) struct dy_w64 field;
	DY_STATS(X)
#undef X
};

// COUNT adds one on the calling M.
#define COUNT(mp, field) w64_add_own(&(mp)->count.field, 1)
#define COUNT_N(mp, field, n) w64_add_own(&(mp)->count.field, (n))

// What runs when the goroutine that was left has left its stack for good: it
// may unlock, enqueue or free; it never parks.
typedef void (*post_fn)(struct m *mp, struct g *left);

struct m {
	// By its own thread, unless said otherwise.
	struct dy_wptr cur; // struct g: the G it runs; NULL on g0
	struct dy_wptr p;   // struct p: the P it holds; taken from outside
			    // while cur is in a system call, see syscall.c
	post_fn post;
	struct g *post_g;
	bool (*commit)(struct g *gp, void *arg); // of a park, run by its post
	void *commit_arg;
	struct ctx g0;
	struct g *locked_g; // the only G it runs; see lockm.c
	struct g *pending;  // taken off a queue, not to be switched to directly
	struct p *old_p;    // held before the system call
	int last_p;         // id of the P it last held, for the hook
	bool spinning;      // looks for work without having any
	bool dying;         // its thread ends when it is back in schedule
	bool foreign;       // a borrowed M, see foreign.c
	bool ticking;       // its timer runs; also by its signal handler
	bool pooled;        // its call has a place in the pool
	bool offered;       // its last search was offered a victim
	bool offered_next;  // and, somewhere, a runnext

	// By its own thread, and its signal handlers: see guard.c.
	struct dy_wptr hook; // const char: the plugin's hook that it is in
	int hook_axis;
	struct dy_w32 hook_ticks[2]; // since that began, by enum port_watch

	// By whoever asks it to stop its G: the schedtick meant, times 2, plus 1.
	struct dy_w32 preempt;
	struct dy_w64 preempt_asked; // when, in ticks; of the first who asked

	// By whoever wakes it, before it does.
	struct p *next_p;
	struct note park;

	// Under sched.lock.
	bool idle;  // on the idle list
	bool ended; // its thread is at its end: to be joined
	struct m *idle_link;
	struct m *all_link;

	int id;
	struct rand rand; // for when it has no P, and
	_Alignas(8) char place_scratch[DY_POLICY_SCRATCH]; // likewise, of policies
	uint64_t ran_since; // when cur began; only kept for keys
	uint32_t untimed;   // waits until the next whose latency is timed
	struct port_thread thread;
	struct counters count;
} __attribute__((aligned(CACHE_LINE)));

// Why an M was created.
enum m_reason { M_MAIN, M_SPIN, M_HANDOFF, M_SYSMON };

static inline struct g *m_cur(const struct m *mp)
{
	return wptr_load_own(&mp->cur);
}

static inline struct p *m_p(const struct m *mp)
{
	return wptr_load_own(&mp->p);
}

// m_new makes an M and its thread, which runs fn. Takes sched.lock. NULL when
// the system refuses; the caller has reserved its place with m_reserve.
struct m *m_new(enum m_reason why, struct p *pp, bool spinning,
                void (*fn)(struct m *));
// m_reserve_locked counts an M to be made in, if the M cap allows one more;
// crossing the thread limit is fatal.
bool m_reserve_locked(void);
// m_adopt makes the calling thread M 0; m_release undoes it.
int m_adopt(struct m **out);
void m_release(struct m *mp);
// m_borrow makes the calling thread, which is no M, a foreign one; m_return
// undoes it.
int m_borrow(struct m **out);
void m_return(struct m *mp);
// m_reap joins the threads that ended before the runtime does.
void m_reap(void);
// m_join_all waits for the ends of all started threads and frees their Ms,
// whose counters go into *total.
void m_join_all(struct counters *total);
void m_add_counters(struct counters *total, const struct m *mp);
// m_available says, racily, whether start_m would find an M.
bool m_available(void);

// The idle list, last in first out. m_idle_remove_locked: false, if mp is not on
// it any more.
void m_idle_put_locked(struct m *mp);
bool m_idle_remove_locked(struct m *mp);
struct m *m_idle_get_locked(void);

#endif
