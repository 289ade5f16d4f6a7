// sleep.c - the clock, and goroutines that wait for it.
#include <dyno/time.h>

#include "sched/park.h"
#include "sched/sched.h"

uint64_t dy_now(void)
{
	return port_now();
}

static void wake_sleeper(struct timer *t)
{
	ready(t->arg);
}

// Armed only after the goroutine has left its stack: the timer may fire at
// once, on another P.
static bool arm(struct g *gp, void *timer)
{
	(void)gp;
	timer_add(timer);
	return true;
}

void dy_sleep(uint64_t ns)
{
	struct timer t = {.fire = wake_sleeper, .arg = g_self()};
	uint64_t now;

	preempt_poll();
	if (ns == 0)
		return;
	now = port_now();
	t.when = ns < PORT_FOREVER - now ? now + ns : PORT_FOREVER - 1;
	timer_reserve(m_p(port_m()));
	park(arm, &t, WAIT_SLEEP);
}
