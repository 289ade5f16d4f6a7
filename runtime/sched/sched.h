// sched.h - the scheduler's shared state, and the order in which it is used.
//
// How it works: an M that holds a P runs Gs from the P's queue, from the global
// queue, or stolen; an M without work spins for a while and then parks. Work
// must neither wait while a P is idle nor wake a thread each time.
//
//	Submitting   1. put the G in a queue      2. StoreLoad barrier
//	             3. if nobody spins and a P is idle, start one spinning M;
//	                if no P is idle, leave a note in needspinning
//	Parking      1. give up the P (a spinner: stop counting as one)
//	             2. StoreLoad barrier
//	             3. a spinner: look at all queues once more;
//	                another: look at needspinning
//
// Each side publishes and then looks, with a barrier between: at least one of
// them sees the other. A spinner that finds work starts the next one, so that
// parallelism grows one thread at a time.
//
// Rejected, as by Go: one central queue (does not scale); handing a readied G
// straight to an idle M (thrashes, loses locality); waking a thread for each
// readied G (parks and unparks all the time).
//
// Differs from Go 1.27 in step 3: Go takes sched.lock at each submission while
// all Ps are busy, only to set needspinning under it. Here the submitter sets
// the word and looks at npidle again, and the parker counts itself idle before
// it looks at the word.
#ifndef SCHED_SCHED_H
#define SCHED_SCHED_H

#include <dyno/policy.h>

#include "base/lock.h"
#include "sched/g.h"
#include "sched/m.h"
#include "sched/p.h"

enum {
	AXIS_QUEUE,
	AXIS_PLACE,
	AXIS_STEAL,
	AXIS_GLOBAL,
	AXIS_PREEMPT,
	AXIS_IDLE,
	AXIS_SYSCALL,
	AXES
};

// Rings under a lock, see lockq.c: what thieves leave is taken in this order.
enum locked_ring { LOCKED_FIFO = DY_QUEUE_KEYED + 1, LOCKED_LIFO };

enum { SHARDS_MAX = 64 }; // the bits of a mask

// What was chosen per axis: a table, or NULL for Go's rule, and its parameters.
struct policy {
	const void *table[AXES];
	int64_t param[AXES][DY_POLICY_PARAMS];
	bool plugin[AXES]; // the table is a plugin's
};

// What a runtime is started with: a dy_config whose defaults are resolved.
struct sched_options {
	struct policy policy;
	int procs, m_cap, max_threads;
	uint64_t m_idle_limit;
	bool follow_procs; // procs is the default: follow its changes
	size_t stack_size;
	enum dy_stack_guard stack_guard;
	uint64_t seed;
	uint64_t work_rate; // 0: this process calibrates itself
	const uint16_t *distance;
	int n_distance;
	struct dy_hooks hooks;
};

struct sched {
	// Constant while a runtime runs, but that a table gives way to NULL.
	struct sched_options opt;
	struct dy_wptr policy[AXES]; // the axis's table; NULL: Go's rule
	int queue_order; // enum dy_queue_order, or one of enum locked_ring
	uint32_t shards; // lists that the global queue has; 0: the one below

	// Read at each submission and each search, written when Ps and Ms come
	// and go.
	_Alignas(CACHE_LINE) struct dy_w32 npidle;
	struct dy_w32 nmspinning;
	struct dy_w32 needspinning; // work was submitted while no P was idle
	struct dy_w32 nprocs;       // GOMAXPROCS
	struct dy_w32 stopping;     // main has returned
	struct dy_w32 sysmon_waits; // sysmon sleeps until it is woken
	struct dy_w32 want_m;       // a P found no M to run it
	struct dy_w32 quit;         // a dump was asked for
	struct dy_w32 no_timers;    // sysmon ends the slices that timers should
	struct dy_w64 coarse_now;   // sysmon's clock, 10 ms coarse

	// The poller: see netpoll.c.
	_Alignas(CACHE_LINE) struct dy_w64 last_poll; // when; 0: an M is blocked in it
	struct dy_w64 poll_until;                     // that M's deadline
	struct dy_w32 polling; // an M polls without blocking

	// Of each list of the global queue, is there anything? See shards.c.
	_Alignas(CACHE_LINE) struct dy_w64 shards_some;

	// Under lock. global_len may be read without.
	_Alignas(CACHE_LINE) struct dy_w32 lock;
	struct dy_w32 global_len;
	struct gqueue global;
	struct gqueue stackless; // Gs that wait for a stack, see stack.c
	struct dy_w32 nstackless;
	struct dy_w32 in_hand; // sysmon has, or is about to take, a P or goroutines
	struct p *idle_p;
	struct m *idle_m, *all_m;
	struct m *free_m; // records of Ms that ended
	uint32_t nmidle;
	int32_t nmidlelocked; // Ms that wait for their locked goroutine; below 0
		// when one was handed a P before it counted itself
	uint32_t nmended;         // Ms whose threads ended early, to be joined
	uint32_t nforeign;        // threads entered, see foreign.c
	uint32_t m_count, m_peak; // Ms that run Gs: not sysmon
	uint32_t m_blocked_peak;
	int next_m_id;
	int max_threads;
	struct m *sysmon;

	// By anybody.
	_Alignas(CACHE_LINE) struct dy_w64 next_goid;
	struct dy_w32 m_live; // threads not yet at their end
	struct note sysmon_note;
	struct dy_wptr allp[DY_PROCS_MAX];          // struct p; never removed
	struct dy_w64 idle_mask[DY_PROCS_MAX / 64]; // Ps that thieves pass over
};

extern struct sched sched;

#define POLICY(axis, AXIS) \
	static inline const struct dy_##axis##_policy *axis##_policy(void) \
	{ \
		return wptr_load_rlx(&sched.policy[AXIS]); \
	}
POLICY(queue, AXIS_QUEUE)
POLICY(place, AXIS_PLACE)
POLICY(steal, AXIS_STEAL)
POLICY(global, AXIS_GLOBAL)
POLICY(preempt, AXIS_PREEMPT)
POLICY(idle, AXIS_IDLE)
POLICY(syscall, AXIS_SYSCALL)
#undef POLICY

static inline int sched_procs(void)
{
	return (int)w32_load_rlx(&sched.nprocs);
}

static inline struct p *sched_p(int id)
{
	return wptr_load_acq(&sched.allp[id]);
}

static inline bool sched_stopping(void)
{
	return w32_load_rlx(&sched.stopping) != 0;
}

// random_here is the caller's stream: that of its P, or without one of its M.
static inline struct rand *random_here(void)
{
	struct m *mp = port_m();
	struct p *pp = m_p(mp);

	return pp ? &pp->rand : &mp->rand;
}

//---------------------------------------------------------------------------
// sched.c: the scheduler's loop and the switch
//---------------------------------------------------------------------------

// schedule runs goroutines on g0 of mp until the runtime stops.
void schedule(struct m *mp);

// leave stops the calling goroutine: post runs once its registers are saved,
// and leave returns when the goroutine is run again. may_lock: the caller
// holds no lock, so that the next goroutine may be looked for under one.
// Blocks: G.
void leave(post_fn post, bool may_lock);
// leave_to is leave for a next goroutine that the caller has, RUNNABLE and in no
// queue; the calling one is not tied to its M.
void leave_to(struct g *next, post_fn post);
// leave_dead is leave for a goroutine at its end.
_Noreturn void leave_dead(post_fn post);
// take_next returns a goroutine at hand for an M that is about to leave its
// own, made RUNNING and with a stack or about to inherit one; NULL: g0 must
// search.
struct g *take_next(struct m *mp, bool may_lock);
// finish_switch is what whoever was switched to does first.
void finish_switch(bool fresh);
// g_main is where every goroutine begins.
void g_main(void);

//---------------------------------------------------------------------------
// find.c: find_runnable, Go's order of looking for work
//---------------------------------------------------------------------------

// find_runnable returns a goroutine to run and whether it inherits the time
// slice; it blocks, and may come back with another P. NULL: stop this M.
struct g *find_runnable(struct m *mp, bool *inherit);

//---------------------------------------------------------------------------
// idle.c: idle Ps and Ms, spinning and waking
//---------------------------------------------------------------------------

// wake_p starts one spinning M if nobody spins and a P is idle. The caller has
// published work and passed a StoreLoad barrier. wake_p_go is Go's rule; wake_p
// asks the idle policy how many.
void wake_p_slow(void);
void wake_p_by_policy(void);
static inline void wake_p_go(void)
{
	if (w32_load_rlx(&sched.nmspinning) != 0)
		return; // it will find the work, and start the next one
	if (w32_load_rlx(&sched.needspinning) != 0 &&
	    w32_load_rlx(&sched.npidle) == 0)
		return; // the note is there for who parks next
	wake_p_slow();
}
static inline void wake_p(void)
{
	if (__builtin_expect(idle_policy() != NULL, 0))
		wake_p_by_policy();
	else
		wake_p_go();
}
// start_m finds or makes an M for pp, which is off the idle list (NULL: for an
// idle P). spinning: the caller has counted it in nmspinning. Without an M, the
// P goes idle and its Gs to the global queue.
void start_m(struct p *pp, bool spinning, enum m_reason why);
// stop_m parks the M, which holds no P, until it is given one, or the end.
void stop_m(struct m *mp);
void become_spinning(struct m *mp);
// stop_spinning ends the search of an M that has to: somebody else may have
// relied on it.
void stop_spinning(struct m *mp);
// reset_spinning is for a spinner that found work: it starts the next one.
void reset_spinning(struct m *mp);
// handoff_p gives on a P that was released or taken: to an M if there may be
// work for it, else to the idle list.
void handoff_p(struct p *pp);
void m_main(struct m *mp);

//---------------------------------------------------------------------------
// lockm.c: goroutines tied to a thread
//---------------------------------------------------------------------------

// lockm_wait sleeps until the M's locked goroutine may run, and returns it with
// a P; NULL: the runtime stops. lockm_hand_over gives the caller's P to the M
// that gp is locked to. lockm_part unties the two.
struct g *lockm_wait(struct m *mp);
void lockm_hand_over(struct m *mp, struct g *gp);
void lockm_part(struct m *mp, struct g *gp);

//---------------------------------------------------------------------------
// runq.c: a P's queue
//---------------------------------------------------------------------------

// runq_put queues gp: as runnext, whose occupant then goes to the tail, or at
// the tail. A full ring spills its older half to the global queue. Only by
// the P's owner. Ends with a StoreLoad barrier if next.
void runq_put(struct p *pp, struct g *gp, bool next);
// runq_get takes runnext, which inherits the time slice, else the oldest.
struct g *runq_get(struct m *mp, struct p *pp, bool *inherit);
bool runq_empty(const struct p *pp);
uint32_t runq_len(const struct p *pp); // without runnext
// runq_steal moves up to want of the victim's oldest (0: Go's half) to pp, of
// which one, the youngest, is returned to be run.
struct g *runq_steal(struct m *mp, struct p *pp, struct p *victim, uint32_t want);
// runq_steal_next takes the victim's runnext if it still is gp.
bool runq_steal_next(struct p *victim, struct g *gp);
void runq_drain_locked(struct p *pp); // to the head of the global queue

//---------------------------------------------------------------------------
// globq.c: the global queue
//---------------------------------------------------------------------------

void globq_put(struct g *gp);
void globq_put_all(struct gqueue *q);
// Sched is locked: whoever gives up a P sees it, no barrier needed.
void globq_put_locked(struct g *gp);
void globq_put_all_locked(struct gqueue *q);
// globq_put_first_locked puts them at the head; of several lists that of P home.
void globq_put_first_locked(uint32_t home, struct gqueue *q);
// globq_get takes a batch (Go: min(128, n, n / GOMAXPROCS + 1)): the first is
// returned, the rest go to the P's queue. max 0: no other bound.
struct g *globq_get(struct p *pp, uint32_t max);
// globq_take takes that batch off one list, whose lock is held; the rest to *rest.
struct g *globq_take(struct gqueue *q, struct p *pp, struct gqueue *rest,
                     uint32_t max);
uint32_t globq_len(void);
// globq_any: is there anything? globq_any_locked is exact as to what was put under
// sched.lock, which the caller holds.
static inline bool globq_any_shard(void)
{
	return __builtin_expect(sched.shards != 0, 0) &&
	       w64_load_rlx(&sched.shards_some) != 0;
}
static inline bool globq_any(void)
{
	return w32_load_rlx(&sched.global_len) != 0 || globq_any_shard();
}
static inline bool globq_any_locked(void)
{
	return w32_load_own(&sched.global_len) != 0 || globq_any_shard();
}
// globq_due: is it this tick's turn to look there before the local queue?
bool globq_due_slow(struct p *pp);
static inline bool globq_due(struct p *pp)
{
	return globq_any() && globq_due_slow(pp);
}

//---------------------------------------------------------------------------
// steal.c
//---------------------------------------------------------------------------

// steal_work looks into the other Ps. *again: a timer of theirs ran, look at
// the own queue once more. *poll_until: lowered to their timers.
struct g *steal_work(struct m *mp, bool *again, uint64_t *poll_until);

//---------------------------------------------------------------------------
// spawn.c, resize.c, sysmon.c, preempt.c, deadlock.c, run.c, stats.c
//---------------------------------------------------------------------------

// g_end ends the calling goroutine. Returns only when its stack was inherited
// by the next one, which is then current.
void g_end(void);

// resize makes GOMAXPROCS n, if n is positive, and returns what it was. One at a
// time: procs.c sees to that.
int resize(int n);
// p_surplus: the P has been taken away by a resize.
static inline bool p_surplus(const struct p *pp)
{
	return pp->id >= sched_procs();
}
// p_retire empties the P, which the caller holds, and lets it die.
void p_retire(struct p *pp);

void sysmon_main(struct m *mp);
void sysmon_wake(void);

// preempt_poll is the check that every library call which may switch makes.
void preempt_slow(struct m *mp);
static inline void preempt_poll(void)
{
	struct m *mp = port_m();

	if (__builtin_expect(w32_load_own(&mp->preempt) != 0, 0))
		preempt_slow(mp);
}
// preempt_ask asks the M of P to end its slice, by the policy's mechanism;
// preempt_mark without a signal.
void preempt_ask(struct p *pp);
// preempt_ticks has the M ticked, if the policy wants timers; it holds a P.
void preempt_ticks_on(struct m *mp);
static inline void preempt_ticks(struct m *mp)
{
	const struct dy_preempt_policy *policy = preempt_policy();

	if (__builtin_expect(policy != NULL, 0) &&
	    policy->mechanism == DY_PREEMPT_TIMER && !mp->ticking)
		preempt_ticks_on(mp);
}
// preempt_warn measures what a tick costs the calling thread, if the policy wants
// ticks, and says so if the slice is less than three of them.
void preempt_warn(struct m *mp);
// preempt_by_itself: do timers, or polls in the code, end the slices?
bool preempt_by_itself(void);
// preempt_polls has inserted polls look, as often as the policy says.
void preempt_polls(void);
void preempt_mark(struct p *pp);

// take_p_in_syscall takes P from an M whose goroutine is in a system call.
bool take_p_in_syscall(struct p *pp);

// check_dead_locked ends the process when no M can ever run again.
void check_dead_locked(void);

// The view that a policy's function is called with.
struct dy_view {
	struct m *mp;
	struct p *pp;
	int axis;
};

// run_drive_out ends all Ms but sysmon, which calls it when main has returned;
// run_m_ended is the last thing that an M does.
void run_drive_out(void);
void run_m_ended(void);

// sched_run starts a runtime, runs fn(arg) and ends it: dy_run without the
// parsing.
int sched_run(const struct sched_options *opt, dy_fn fn, void *arg);

#endif
