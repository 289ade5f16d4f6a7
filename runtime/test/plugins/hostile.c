// hostile.c - a plugin whose parameters say which harm it does, and in which hook.
#include <dyno/policy.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "deeds.h"

// SIGILL everywhere: __builtin_trap is SIGTRAP on aarch64.
static void illegal(void)
{
#if defined(__aarch64__)
	__asm__ volatile(".inst 0");
#else
	__builtin_trap();
#endif
}

static const struct dy_policy_param params[] = {
	{"deed", "", 0, 100, 0, "one of enum deed"},
	{"hook", "", 0, 2, 0, "which of the axis's functions does it"},
	{0},
};

static const int constant = 1;

static void late(void)
{
	struct timespec t;
	int64_t from, now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	from = t.tv_sec * 1000000000 + t.tv_nsec;
	do {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
		now = t.tv_sec * 1000000000 + t.tv_nsec;
	} while (now - from < 40000000);
}

// The deeds that any hook can do; those of an answer are left to the hook.
static enum deed harm(const struct dy_view *v, int hook)
{
	enum deed deed = (enum deed)dy_view_param(v, 0);
	static volatile int zero;

	if (deed >= DEED_LATE && dy_view_param(v, 1) != hook)
		return DEED_NONE;
	switch (deed) {
	case DEED_LATE:
		late();
		break;
	case DEED_LOOP:
		for (;;)
			zero = 0;
	case DEED_SLEEP:
		for (;;)
			pause();
	case DEED_NULL:
		*(volatile int *)(uintptr_t)zero = 1;
		break;
	case DEED_CONST:
		*(volatile int *)(uintptr_t)&constant = 2;
		break;
	case DEED_TRAP:
		illegal();
		break;
	case DEED_ABORT:
		abort();
	default:
		break;
	}
	return deed;
}

// An amount that is negative, too large or nothing.
static uint32_t bad_amount(enum deed deed, uint32_t otherwise)
{
	switch (deed) {
	case DEED_AMOUNT:
		return (uint32_t)-1;
	case DEED_HUGE:
		return INT32_MAX;
	case DEED_ZERO:
		return 0;
	default:
		return otherwise;
	}
}

static int any(const struct dy_view *v, int thief, uint32_t attempt)
{
	switch (harm(v, 0)) {
	case DEED_FAR:
		return 1000000;
	case DEED_NEGATIVE:
		return -2;
	case DEED_STOP:
		return DY_STOP;
	default:
		return (int)((uint32_t)thief + attempt) % dy_view_procs(v);
	}
}

static uint32_t many(const struct dy_view *v, int thief, int victim, uint32_t len)
{
	(void)thief, (void)victim;
	return bad_amount(harm(v, 1), len);
}

static int64_t wait_for_ever(const struct dy_view *v, int thief, int victim,
                             uint32_t attempt)
{
	(void)thief, (void)victim, (void)attempt;
	return harm(v, 2) == DEED_NEGATIVE ? INT64_MIN : INT64_MAX;
}

const struct dy_steal_policy dy_plugin_steal = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_steal_policy), "hostile",
                 "does harm", params, 0},
	.victim = any,
	.amount = many,
	.runnext = wait_for_ever,
};

static enum dy_place nowhere(const struct dy_view *v, int p,
                             enum dy_place_event why)
{
	(void)p;
	switch (harm(v, 0)) {
	case DEED_FAR:
		return (enum dy_place)77;
	case DEED_NEGATIVE:
		return (enum dy_place) - 1;
	default:
		return why == DY_NEW ? DY_PLACE_RUNNEXT : DY_PLACE_GLOBAL;
	}
}

static uint32_t spill(const struct dy_view *v, int p, uint32_t len)
{
	(void)p;
	return bad_amount(harm(v, 1), len / 2);
}

const struct dy_place_policy dy_plugin_place = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_place_policy), "hostile",
                 "does harm", params, 0},
	.place = nowhere,
	.overflow = spill,
};

static bool never(const struct dy_view *v, int p, uint32_t tick)
{
	(void)p, (void)tick;
	harm(v, 0);
	return false;
}

static uint32_t too_many(const struct dy_view *v, int p, uint32_t len)
{
	(void)p, (void)len;
	return bad_amount(harm(v, 1), 0);
}

const struct dy_global_policy dy_plugin_global = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_global_policy), "hostile",
                 "does harm", params, 0},
	.first = never,
	.amount = too_many,
};

static uint64_t backwards(const struct dy_view *v, const struct dy_goroutine *g)
{
	harm(v, 0);
	return UINT64_MAX - g->now;
}

const struct dy_queue_policy dy_plugin_queue = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_queue_policy), "hostile",
                 "does harm", params, 0},
	.order = DY_QUEUE_KEYED,
	.key = backwards,
};

static bool always(const struct dy_view *v, int p, uint64_t ran)
{
	(void)p, (void)ran;
	harm(v, 0);
	return true;
}

const struct dy_preempt_policy dy_plugin_preempt = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_preempt_policy), "hostile",
                 "does harm", params, 0},
	.mechanism = DY_PREEMPT_SIGNAL,
	.expired = always,
};

static bool search(const struct dy_view *v, int p)
{
	(void)p;
	harm(v, 0);
	return true;
}

static bool on_and_on(const struct dy_view *v, int p, uint64_t spun)
{
	(void)p, (void)spun;
	return harm(v, 1) == DEED_AGAIN;
}

static uint32_t everybody(const struct dy_view *v, int p, uint32_t idle,
                          uint32_t spinning)
{
	(void)p, (void)idle, (void)spinning;
	return bad_amount(harm(v, 2), INT32_MAX);
}

const struct dy_idle_policy dy_plugin_idle = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_idle_policy), "hostile",
                 "does harm", params, 0},
	.search = search,
	.again = on_and_on,
	.wake = everybody,
};

static bool at_once(const struct dy_view *v, int p, uint64_t in_call)
{
	(void)p, (void)in_call;
	harm(v, 0);
	return true;
}

const struct dy_syscall_policy dy_plugin_syscall = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_syscall_policy), "hostile",
                 "does harm", params, 0},
	.mode = DY_SYSCALL_RETAKE,
	.retake = at_once,
};
