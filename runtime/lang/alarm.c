// alarm.c - timers and tickers: they send on a channel or start a goroutine.
//
// A timer is armed while it is in a P's heap or a fire of it is in flight that
// has not yet taken the timer's lock. Whoever disarms takes it out of the heap;
// if it is not there, a fire has begun, and will find the timer disarmed. It is
// waited for: until then the timer is neither armed anew nor given back. So a
// fire can neither act on the settings of another arming nor touch memory that
// is no longer the timer's, and nothing that it sent is received after a stop.
//
// A fire runs on g0, in whatever M found the timer due. It sends without
// waiting, or spawns, and so is short; a function of the user runs in a
// goroutine of its own.
//
// Source: time.Timer and time.Ticker with the rules of Go 1.23: no stale value
// after stop and reset. Differs: a channel shows its one element in len and cap,
// where Go says 0; a timer is in the heap while it is armed, where Go, which
// must collect forgotten ones, has it there only while somebody waits.
#include "lang/alarm.h"

#include <stdlib.h>

#include <errno.h>

#include "lang/chan.h"
#include "port/race.h"
#include "sched/sched.h"

_Static_assert(sizeof(struct timer) <= sizeof((struct dy_timer){0}.node),
               "a P's heap has room for a timer in struct dy_timer");

static struct timer *node(struct dy_timer *t)
{
	return (struct timer *)(void *)t->node;
}

static void send_time(struct dy_timer *t, uint64_t now)
{
	dy_chan_try_send(t->chan, &now);
}

static void start_goroutine(struct dy_timer *t, uint64_t now)
{
	(void)now;
	dy_go(t->fn, t->arg);
}

// A ticker that was late skips what it missed.
static void next_tick_locked(struct dy_timer *t, uint64_t now)
{
	struct timer *n = node(t);
	uint64_t periods = 1 + (now - n->when) / t->period;

	if (__builtin_mul_overflow(periods, t->period, &periods) ||
	    __builtin_add_overflow(n->when, periods, &n->when))
		n->when = PORT_FOREVER - 1;
	timer_add(n);
}

static void fire(struct timer *n)
{
	struct dy_timer *t = n->arg;
	uint64_t now = port_now();
	struct ctx_fiber self = race_become(m_p(port_m())->timer_fiber);

	lock_acquire(&t->lock);
	if (t->armed) {
		race_acquire(t);
		t->armed = t->period != 0;
		if (t->period)
			next_tick_locked(t, now);
		t->act(t, now);
	}
	lock_release(&t->lock);
	race_become(self);
	timer_done(n);
}

static void arm_locked(struct dy_timer *t, uint64_t ns)
{
	struct timer *n = node(t);
	uint64_t now = port_now();

	n->when = ns < PORT_FOREVER - now ? now + ns : PORT_FOREVER - 1;
	n->fire = fire;
	n->arg = t;
	t->armed = true;
	race_release_merge(t);
	timer_add(n);
}

// Returns whether the timer was armed. Afterwards it is in no heap and no fire
// of it is under way; the lock may have been released in between.
static bool disarm_locked(struct dy_timer *t)
{
	bool was_armed = false;

	for (;;) {
		if (t->armed) {
			was_armed = true;
			t->armed = false;
			timer_del(node(t));
		}
		if (!timer_in_flight(node(t)))
			return was_armed;
		lock_release(&t->lock);
		timer_await(node(t));
		lock_acquire(&t->lock);
	}
}

static bool stop_locked(struct dy_timer *t)
{
	bool pending = disarm_locked(t);

	if (t->chan && chan_drain(t->chan))
		pending = true;
	return pending;
}

void alarm_open(struct dy_timer *t, uint64_t ns,
                void (*act)(struct dy_timer *t, uint64_t now))
{
	t->act = act;
	lock_acquire(&t->lock);
	arm_locked(t, ns);
	lock_release(&t->lock);
}

static int open_with_chan(struct dy_timer *t, uint64_t ns, uint64_t period)
{
	*t = (struct dy_timer){.period = period};
	t->chan = dy_chan_make(sizeof(uint64_t), 1);
	if (!t->chan)
		return -ENOMEM;
	alarm_open(t, ns, send_time);
	return 0;
}

int dy_timer_start(struct dy_timer *t, uint64_t ns)
{
	return open_with_chan(t, ns, 0);
}

int dy_ticker_start(struct dy_timer *t, uint64_t period)
{
	return period ? open_with_chan(t, period, period) : -EINVAL;
}

void dy_timer_start_func(struct dy_timer *t, uint64_t ns, dy_fn fn, void *arg)
{
	*t = (struct dy_timer){.fn = fn, .arg = arg};
	alarm_open(t, ns, start_goroutine);
}

struct dy_chan *dy_timer_chan(const struct dy_timer *t)
{
	return t->chan;
}

bool dy_timer_stop(struct dy_timer *t)
{
	bool pending;

	lock_acquire(&t->lock);
	pending = stop_locked(t);
	lock_release(&t->lock);
	preempt_poll();
	return pending;
}

bool dy_timer_reset(struct dy_timer *t, uint64_t ns)
{
	bool pending;

	lock_acquire(&t->lock);
	pending = stop_locked(t);
	if (t->period && ns == 0)
		fatal("non-positive interval for dy_timer_reset of a ticker");
	if (t->period)
		t->period = ns;
	arm_locked(t, ns);
	lock_release(&t->lock);
	preempt_poll();
	return pending;
}

void dy_timer_close(struct dy_timer *t)
{
	RACE_FRAME;

	dy_timer_stop(t);
	dy_chan_free(t->chan);
	t->chan = NULL;
}

struct dy_chan *dy_after(uint64_t ns)
{
	struct dy_timer *t = malloc(sizeof *t);

	if (!t)
		return NULL;
	if (dy_timer_start(t, ns)) {
		free(t);
		return NULL;
	}
	t->chan->timer = t;
	return t->chan;
}

void alarm_free(struct dy_timer *t)
{
	dy_timer_stop(t);
	free(t);
}
