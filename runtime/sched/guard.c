// guard.c - what stands between the scheduler and a plugin.
//
// Built-in policies are trusted and called directly. For a plugin the scheduler
// gets a table of guards instead, one per function that the plugin has: each runs
// the plugin's function on g0, notes in the M that it does, and looks at the
// answer. So the scheduler itself knows nothing of plugins, and pays nothing.
//
//	An answer that cannot be, or a return too late, is a breach. The third
//	breach of an axis ejects its table: NULL is stored in its place, which is
//	Go's rule. Who has the table still at hand calls guards that then answer by
//	themselves.
//
//	A fault in a hook, or a hook that has not returned for a second, ends the
//	process, naming the hook: its state, and the lock that the scheduler may
//	hold around it, are beyond repair.
//
// Late is judged by the ticks of the M's own timers (port/linux/watch.c) and not
// by a clock: two clock readings would double what a call costs, and would blame
// the hook when the machine is busy elsewhere.
//
// Rejected: asking plugins in a process of their own (a hundred times a call's
// cost); jumping out of a hook that hangs (it may hold a lock of libc).
#include "sched/guard.h"

#include <stdio.h>

#include "base/fatal.h"

enum {
	BREACHES = 3,
	LATE_TICKS = 2,  // so many in one call: a whole period lies between
	NEVER_TICKS = 5, // of 250 ms: more than a second
	AGAIN_MAX = 10000000, // ns that a plugin may have an M search in vain
	REASON_MAX = 160,
};

static const char *const axis_name[AXES] = {
	"queue", "place", "steal", "global", "preempt", "idle", "syscall"};

// What is known of each axis's plugin.
static struct {
	struct dy_w32 breaches;
	struct dy_w32 ejected;
	char reason[REASON_MAX]; // written by who ejects, once
} known[AXES];

// One call of a hook: its arguments, whichever it has, and what came of it.
struct call {
	const struct dy_view *v;
	const char *hook;
	void (*fn)(struct call *c);
	int p, victim;
	uint32_t number;  // attempt, tick, len, idle
	uint32_t number2; // spinning
	uint64_t ran;
	const struct dy_goroutine *g;
	int64_t answer;
	bool wrong; // the answer cannot be
};

#define TABLE(axis, AXIS) \
	((const struct dy_##axis##_policy *)sched.opt.policy.table[AXIS])

static const char *policy_name(int axis)
{
	return ((const struct dy_policy_head *)sched.opt.policy.table[axis])->name;
}

//---------------------------------------------------------------------------
// Breaches
//---------------------------------------------------------------------------

static void eject(int axis, const char *hook, const char *what)
{
	if (w32_swap_ar(&known[axis].ejected, 1) != 0)
		return;
	wptr_store_rel(&sched.policy[axis], NULL);
	snprintf(known[axis].reason, REASON_MAX, "%s=%s: %s %s",
	         axis_name[axis], policy_name(axis), hook, what);
	say("dyno: a policy is ejected, Go's rule takes its place: %s (%d times)",
	    known[axis].reason, BREACHES);
}

static void judge(const struct call *c)
{
	struct m *mp = c->v->mp;
	bool late = w32_load_own(&mp->hook_ticks[PORT_WATCH_CPU]) >= LATE_TICKS ||
	            w32_load_own(&mp->hook_ticks[PORT_WATCH_WALL]) >= LATE_TICKS;
	char what[64] = "returned more than 10 ms late";

	if (!late && !c->wrong)
		return;
	if (c->wrong)
		snprintf(what, sizeof what, "answered %lld",
		         (long long)c->answer);
	if (w32_add_ar(&known[c->v->axis].breaches, 1) == BREACHES)
		eject(c->v->axis, c->hook, what);
}

static _Noreturn void end_process(const struct m *mp, const char *what)
{
	fatal_status(HOOK_STATUS, "policy %s=%s: its hook %s %s",
	             axis_name[mp->hook_axis], policy_name(mp->hook_axis),
	             (const char *)wptr_load_own(&mp->hook), what);
}

void guard_fault(struct m *mp, const char *signal, uintptr_t addr)
{
	char what[64];

	if (!wptr_load_own(&mp->hook))
		return;
	snprintf(what, sizeof what, "faulted (%s at %#lx)", signal,
	         (unsigned long)addr);
	end_process(mp, what);
}

void watch_tick(enum port_watch what)
{
	struct m *mp = port_m();

	if (!mp || !wptr_load_own(&mp->hook))
		return;
	w32_add_own(&mp->hook_ticks[what], 1);
	if (w32_load_own(&mp->hook_ticks[PORT_WATCH_WALL]) >= NEVER_TICKS)
		end_process(mp, "does not return");
}

//---------------------------------------------------------------------------
// The call
//---------------------------------------------------------------------------

static void run(void *arg)
{
	struct call *c = arg;
	struct m *mp = c->v->mp;

	if (wptr_load_own(&mp->hook))
		end_process(mp, "called the library that called it");
	for (int i = 0; i <= PORT_WATCH_WALL; i++)
		w32_store_own(&mp->hook_ticks[i], 0);
	mp->hook_axis = c->v->axis;
	wptr_store_own(&mp->hook, (void *)c->hook);
	c->fn(c);
	wptr_store_own(&mp->hook, NULL);
	judge(c);
}

// g0 was left in a call of ctx_swap: what lies below its stack pointer is free.
static void run_on_g0(struct m *mp, struct call *c)
{
	struct g *gp = m_cur(mp);
	uintptr_t sp = (uintptr_t)mp->g0.sp & ~(uintptr_t)15;

	ctx_leaving(&gp->ctx, &mp->g0, false);
	ctx_arrived(&mp->g0, false);
	ctx_call_on((void *)sp, run, c);
	ctx_leaving(&mp->g0, &gp->ctx, false);
	ctx_arrived(&gp->ctx, false);
}

// Those of the axis preempt are asked by sysmon, or by a signal handler on its stack;
// only polls that a compiler inserted stand on the goroutine's.
static bool on_a_goroutine(const struct call *c)
{
	return m_cur(c->v->mp) &&
	       (c->v->axis != AXIS_PREEMPT ||
	        TABLE(preempt, AXIS_PREEMPT)->mechanism == DY_PREEMPT_COMPILER);
}

// ask calls the hook; false: its plugin was ejected, and is asked no more.
static bool ask(struct call *c)
{
	if (w32_load_acq(&known[c->v->axis].ejected) != 0)
		return false;
	if (on_a_goroutine(c))
		run_on_g0(c->v->mp, c);
	else
		run(c);
	return true;
}

//---------------------------------------------------------------------------
// The guards, per axis
//---------------------------------------------------------------------------

// A number of goroutines that a plugin took for a signed one.
static bool negative(int64_t amount)
{
	return amount > INT32_MAX;
}

static void call_key(struct call *c)
{
	c->answer = (int64_t)TABLE(queue, AXIS_QUEUE)->key(c->v, c->g);
}

static uint64_t key(const struct dy_view *v, const struct dy_goroutine *g)
{
	struct call c = {.v = v, .hook = "key", .fn = call_key, .g = g};

	return ask(&c) ? (uint64_t)c.answer : g->now;
}

static void call_place(struct call *c)
{
	c->answer = (int64_t)TABLE(place, AXIS_PLACE)
	                    ->place(c->v, c->p, (enum dy_place_event)c->number);
	c->wrong = c->answer < DY_PLACE_RUNNEXT || c->answer > DY_PLACE_RUN;
}

static enum dy_place place(const struct dy_view *v, int p, enum dy_place_event why)
{
	struct call c = {
		.v = v, .hook = "place", .fn = call_place, .p = p, .number = why};

	if (ask(&c) && !c.wrong)
		return (enum dy_place)c.answer;
	return why == DY_NEW || why == DY_WOKEN ? DY_PLACE_RUNNEXT
	                                        : DY_PLACE_GLOBAL;
}

static void call_overflow(struct call *c)
{
	c->answer = TABLE(place, AXIS_PLACE)->overflow(c->v, c->p, c->number);
	c->wrong = negative(c->answer);
}

static uint32_t overflow(const struct dy_view *v, int p, uint32_t len)
{
	struct call c = {.v = v,
	                 .hook = "overflow",
	                 .fn = call_overflow,
	                 .p = p,
	                 .number = len};

	return ask(&c) && !c.wrong ? (uint32_t)c.answer : len / 2;
}

static void call_victim(struct call *c)
{
	int before = sched_procs(), now;

	c->answer = TABLE(steal, AXIS_STEAL)->victim(c->v, c->p, c->number);
	now = sched_procs(); // a resize may have come between
	c->wrong = c->answer < DY_STOP ||
	           c->answer >= (now > before ? now : before);
}

static int victim(const struct dy_view *v, int thief, uint32_t attempt)
{
	struct call c = {.v = v,
	                 .hook = "victim",
	                 .fn = call_victim,
	                 .p = thief,
	                 .number = attempt};

	if (!ask(&c))
		return DY_STOP;
	return c.wrong ? thief : (int)c.answer; // the thief itself is passed over
}

static void call_steal_amount(struct call *c)
{
	c->answer =
		TABLE(steal, AXIS_STEAL)->amount(c->v, c->p, c->victim, c->number);
	c->wrong = negative(c->answer);
}

static uint32_t steal_amount(const struct dy_view *v, int thief, int of,
                             uint32_t len)
{
	struct call c = {.v = v,
	                 .hook = "amount",
	                 .fn = call_steal_amount,
	                 .p = thief,
	                 .victim = of,
	                 .number = len};

	return ask(&c) && !c.wrong ? (uint32_t)c.answer : len - len / 2;
}

static void call_runnext(struct call *c)
{
	c->answer =
		TABLE(steal, AXIS_STEAL)->runnext(c->v, c->p, c->victim, c->number);
}

static int64_t runnext(const struct dy_view *v, int thief, int of,
                       uint32_t attempt)
{
	struct call c = {.v = v,
	                 .hook = "runnext",
	                 .fn = call_runnext,
	                 .p = thief,
	                 .victim = of,
	                 .number = attempt};

	return ask(&c) ? c.answer : -1;
}

static void call_first(struct call *c)
{
	c->answer = TABLE(global, AXIS_GLOBAL)->first(c->v, c->p, c->number);
}

static bool first(const struct dy_view *v, int p, uint32_t tick)
{
	struct call c = {
		.v = v, .hook = "first", .fn = call_first, .p = p, .number = tick};

	return ask(&c) && c.answer != 0;
}

static void call_global_amount(struct call *c)
{
	c->answer = TABLE(global, AXIS_GLOBAL)->amount(c->v, c->p, c->number);
	c->wrong = negative(c->answer);
}

static uint32_t global_amount(const struct dy_view *v, int p, uint32_t len)
{
	struct call c = {.v = v,
	                 .hook = "amount",
	                 .fn = call_global_amount,
	                 .p = p,
	                 .number = len};

	return ask(&c) && !c.wrong ? (uint32_t)c.answer : 1;
}

static void call_expired(struct call *c)
{
	c->answer = TABLE(preempt, AXIS_PREEMPT)->expired(c->v, c->p, c->ran);
}

static bool expired(const struct dy_view *v, int p, uint64_t ran)
{
	struct call c = {
		.v = v, .hook = "expired", .fn = call_expired, .p = p, .ran = ran};

	if (v->mp != sched.sysmon && wptr_load_own(&v->mp->hook))
		return false; // a tick that came amid another hook
	return ask(&c) && c.answer != 0;
}

static void call_search(struct call *c)
{
	c->answer = TABLE(idle, AXIS_IDLE)->search(c->v, c->p);
}

static bool search(const struct dy_view *v, int p)
{
	struct call c = {.v = v, .hook = "search", .fn = call_search, .p = p};

	return !ask(&c) || c.answer != 0;
}

static void call_again(struct call *c)
{
	c->answer = TABLE(idle, AXIS_IDLE)->again(c->v, c->p, c->ran);
	c->wrong = c->answer && c->ran > AGAIN_MAX;
}

static bool again(const struct dy_view *v, int p, uint64_t spun)
{
	struct call c = {
		.v = v, .hook = "again", .fn = call_again, .p = p, .ran = spun};

	return ask(&c) && !c.wrong && c.answer != 0;
}

static void call_wake(struct call *c)
{
	c->answer = TABLE(idle, AXIS_IDLE)->wake(c->v, c->p, c->number, c->number2);
	c->wrong = negative(c->answer);
}

static uint32_t wake(const struct dy_view *v, int p, uint32_t idle,
                     uint32_t spinning)
{
	struct call c = {.v = v,
	                 .hook = "wake",
	                 .fn = call_wake,
	                 .p = p,
	                 .number = idle,
	                 .number2 = spinning};

	return ask(&c) && !c.wrong ? (uint32_t)c.answer : 0;
}

static void call_retake(struct call *c)
{
	c->answer = TABLE(syscall, AXIS_SYSCALL)->retake(c->v, c->p, c->ran);
}

static bool retake(const struct dy_view *v, int p, uint64_t in_call)
{
	struct call c = {.v = v,
	                 .hook = "retake",
	                 .fn = call_retake,
	                 .p = p,
	                 .ran = in_call};

	return ask(&c) && c.answer != 0;
}

//---------------------------------------------------------------------------
// The tables
//---------------------------------------------------------------------------

static struct {
	struct dy_queue_policy queue;
	struct dy_place_policy place;
	struct dy_steal_policy steal;
	struct dy_global_policy global;
	struct dy_preempt_policy preempt;
	struct dy_idle_policy idle;
	struct dy_syscall_policy syscall;
} guards;

#define GUARD(axis, hook, by) \
	do { \
		if (guards.axis.hook) \
			guards.axis.hook = (by); \
	} while (0)

void guard_open(const struct policy *policy)
{
	for (int i = 0; i < AXES; i++) {
		w32_store_own(&known[i].breaches, 0);
		w32_store_own(&known[i].ejected, 0);
	}
	if (policy->plugin[AXIS_QUEUE])
		guards.queue = *TABLE(queue, AXIS_QUEUE);
	GUARD(queue, key, key);
	if (policy->plugin[AXIS_PLACE])
		guards.place = *TABLE(place, AXIS_PLACE);
	GUARD(place, place, place);
	GUARD(place, overflow, overflow);
	if (policy->plugin[AXIS_STEAL])
		guards.steal = *TABLE(steal, AXIS_STEAL);
	GUARD(steal, victim, victim);
	GUARD(steal, amount, steal_amount);
	GUARD(steal, runnext, runnext);
	if (policy->plugin[AXIS_GLOBAL])
		guards.global = *TABLE(global, AXIS_GLOBAL);
	GUARD(global, first, first);
	GUARD(global, amount, global_amount);
	if (policy->plugin[AXIS_PREEMPT])
		guards.preempt = *TABLE(preempt, AXIS_PREEMPT);
	GUARD(preempt, expired, expired);
	if (policy->plugin[AXIS_IDLE])
		guards.idle = *TABLE(idle, AXIS_IDLE);
	GUARD(idle, search, search);
	GUARD(idle, again, again);
	GUARD(idle, wake, wake);
	if (policy->plugin[AXIS_SYSCALL])
		guards.syscall = *TABLE(syscall, AXIS_SYSCALL);
	GUARD(syscall, retake, retake);
}

const void *guard_table(int axis)
{
	const void *const guard[AXES] = {
		[AXIS_QUEUE] = &guards.queue,
		[AXIS_PLACE] = &guards.place,
		[AXIS_STEAL] = &guards.steal,
		[AXIS_GLOBAL] = &guards.global,
		[AXIS_PREEMPT] = &guards.preempt,
		[AXIS_IDLE] = &guards.idle,
		[AXIS_SYSCALL] = &guards.syscall,
	};
	const struct policy *policy = &sched.opt.policy;

	return policy->plugin[axis] ? guard[axis] : policy->table[axis];
}

bool guard_needed(void)
{
	bool needed = false;

	for (int i = 0; i < AXES; i++)
		needed |= sched.opt.policy.plugin[i];
	return needed;
}

const char *guard_ejected(int axis)
{
	return w32_load_acq(&known[axis].ejected) ? known[axis].reason : NULL;
}
