// dump.c - every goroutine on standard error, in Go's form:
//
//	goroutine 7 [chan receive, 12 ms]:
//		./prog(+0x3a41)
//		./prog(+0x2f10)
//	created by ./prog(+0x2e05)
//
// The frames of a parked goroutine are found by their frame pointers, each of
// which must lie higher in the same stack; code without them cuts the list
// short. Times are sysmon's, 10 ms coarse.
#include "sched/dump.h"

#include <stdio.h>

#include "base/fatal.h"
#include "base/settings.h"
#include "sched/sched.h"
#include "sched/stack.h"

enum { FRAMES_MAX = 16, NAME_MAX_BYTES = 256 };

static const char *state_name(uint32_t status, const struct g *gp)
{
	switch (status & ~G_SCAN) {
	case G_RUNNABLE:
		return "runnable";
	case G_RUNNING:
		return "running";
	case G_SYSCALL:
		return "syscall";
	case G_WAITING:
		return wait_reason_name(gp->reason);
	default:
		return NULL; // dead, or never alive
	}
}

static void say_frame(uintptr_t pc)
{
	char name[NAME_MAX_BYTES];

	say("\t%s", port_symbol(pc, name, sizeof name));
}

// A frame is the caller's frame pointer, and above it the return address.
CTX_UNCHECKED static void say_frames(const struct g *gp)
{
	uintptr_t pc, fp, last = 0;

	ctx_where(&gp->ctx, &pc, &fp);
	for (int i = 0; i < FRAMES_MAX && pc; i++) {
		const uintptr_t *frame = (const uintptr_t *)fp;

		say_frame(pc);
		if (fp <= last || fp % sizeof(uintptr_t) != 0 ||
		    !stack_has_room(gp, frame + 2, 0))
			return;
		last = fp;
		pc = ctx_code(frame[1]);
		fp = frame[0];
	}
}

static void say_state(const struct g *gp, const char *state, bool waits)
{
	uint64_t now = w64_load_rlx(&sched.coarse_now);
	unsigned long long ms = 0;

	if (waits && gp->parked_at && now > gp->parked_at)
		ms = (now - gp->parked_at) / 1000000;
	if (ms)
		say("goroutine %llu [%s, %llu ms]:", (unsigned long long)gp->id,
		    state, ms);
	else
		say("goroutine %llu [%s]:", (unsigned long long)gp->id, state);
}

void dump_one(struct g *gp)
{
	uint32_t status = w32_load_acq(&gp->status);
	const char *state = state_name(status, gp);
	char name[NAME_MAX_BYTES];
	bool waits = status == G_WAITING;

	if (!state)
		return;
	say_state(gp, state, waits);
	if (gp->stack && (waits || status == G_RUNNABLE))
		say_frames(gp);
	say("created by %s\n",
	    port_symbol((uintptr_t)gp->created_by, name, sizeof name));
}

static void dump_each(struct g *gp, void *unused)
{
	(void)unused;
	dump_one(gp);
}

void dump_all(void)
{
	g_each(dump_each, NULL);
}

static void count_left(struct g *gp, void *n)
{
	uint32_t status = w32_load_acq(&gp->status);

	if (status != G_DEAD && status != G_IDLE && gp != m_cur(port_m()))
		++*(unsigned *)n;
}

static void dump_left(struct g *gp, void *unused)
{
	(void)unused;
	if (gp != m_cur(port_m()))
		dump_one(gp);
}

void dump_leaks(void)
{
	unsigned n = 0;

	if (!setting("leaks", 0))
		return;
	g_each(count_left, &n);
	if (n == 0)
		return;
	say("dyno: goroutines left as main returns: %u\n", n);
	g_each(dump_left, NULL);
}
