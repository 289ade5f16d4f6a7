// deadlock.c - "all goroutines are asleep", seen from the side.
//
// With threads nobody knows who the last one awake is, and a count of them would
// be a cache line that all fight for at every wait. But dy_run's caller has
// nothing to do: every tenth of a second it looks at all tasks twice. If all are
// parked both times, and have parked as often as before, then each was parked all
// the while. A task in ppoll or in a timed sleep comes back by itself, and is in
// the state of a system call. If moreover no timer is armed or firing, and no thread
// has entered, then nobody is left who could wake one.
#include "base/fatal.h"
#include "port/port.h"
#include "sched/sched.h"
#include "sched/timer.h"
#include "threads/threads.h"

struct look {
	bool all_parked;
	uint64_t tasks, parks;
};

static void look_at(struct g *gp, void *arg)
{
	struct look *l = arg;

	if (w32_load_acq(&gp->status) != G_WAITING)
		l->all_parked = false;
	l->tasks++;
	l->parks += w64_load_acq(&gp->locked_m->count.parks);
}

static struct look look(void)
{
	struct look l = {.all_parked = true};

	g_each(look_at, &l);
	return l;
}

static void say_one(struct g *gp, void *unused)
{
	char name[256];

	(void)unused;
	say("goroutine %llu [%s]:\ncreated by %s\n", (unsigned long long)gp->id,
	    wait_reason_name(gp->reason),
	    port_symbol((uintptr_t)gp->created_by, name, sizeof name));
}

void check_dead(void)
{
	struct look before = look(), after;

	if (!before.all_parked || clock_ticks() || foreign_entered())
		return;
	after = look();
	if (!after.all_parked || after.tasks != before.tasks ||
	    after.parks != before.parks)
		return;
	if (after.tasks == 0)
		fatal("no goroutines (main called runtime.Goexit) - deadlock!");
	say("fatal error: all goroutines are asleep - deadlock!\n");
	g_each(say_one, NULL);
	port_exit(FATAL_STATUS);
}
