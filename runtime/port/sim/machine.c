// machine.c - Ms as fibers on one host thread, in virtual time.
//
// Exactly one M runs; the others are suspended somewhere, each on whatever stack
// it stands on, its g0 or a goroutine's. At every access to a shared word the
// schedule's random stream decides whether another M goes on, and which: one
// seed, one schedule, the same at every run. An M that waits (for a futex, an
// event, a time) names a condition; it can be chosen once that holds.
//
// Time is virtual. A step of the running M costs a little, and when every M
// waits the clock jumps to the earliest deadline. If none has one, no M can ever
// go on: that is a lost wake-up, or a deadlock below the goroutines, and ends
// the process naming the seed.
//
// This finds what depends on the order of accesses. It is sequentially
// consistent: a missing memory barrier it cannot find.
//
// DYNO_SIM_FAIL_THREADS=n refuses one new thread in n, as a system at its limit.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/ctx.h"
#include "port/port.h"
#include "port/valgrind.h"
#include "sim.h"

enum { STACK_BYTES = 256 * 1024, STEP_NS = 5, PAUSE_NS = 40, SLICES = 64 };

struct fiber {
	struct ctx ctx;
	struct m *m;
	void (*fn)(struct m *mp);
	struct port_thread *thread;
	char *stack;
	unsigned valgrind_id;
	bool ended, kicked;
	uint64_t period, next_tick; // period 0: it is not ticked

	// What it waits for; done NULL: nothing.
	bool (*done)(void *arg);
	void *arg;
	uint64_t deadline;

	struct fiber *next; // in the order of their making
};

struct m *port_sim_m;

static struct {
	struct fiber *all, **last;
	struct fiber *current, *left; // left: who ran before
	uint64_t seed, now;
	uint64_t random;       // the state of the schedule's stream
	uint32_t calm;         // one step in so many lets another M run
	uint32_t fail_threads; // one thread in so many is refused; 0: none
	bool polls;            // work has polls in it that look
} machine = {.now = 1};

uint64_t sim_seed(void)
{
	const char *text = getenv("DYNO_SIM_SEED");

	return text && *text ? strtoull(text, NULL, 10) : 1;
}

uint32_t sim_random(uint32_t n)
{
	machine.random += SIM_WEYL;
	return (uint32_t)((sim_mix(machine.random) >> 32) * n >> 32);
}

// How often a fault is injected: one time in so many; 0: never.
static uint32_t fault_rate(const char *name)
{
	const char *text = getenv(name);
	long n = text ? strtol(text, NULL, 10) : 0;

	return n > 0 && n < INT32_MAX ? (uint32_t)n : 0;
}

// The first thread after the host's is the monitor's, which a runtime cannot do
// without.
static bool refuse_thread(void)
{
	bool first = machine.all && !machine.all->next;

	return machine.fail_threads && !first &&
	       sim_random(machine.fail_threads) == 0;
}

static void power_on(void)
{
	while (machine.all) { // of the last run, M 0's is left
		struct fiber *next = machine.all->next;

		free(machine.all);
		machine.all = next;
	}
	machine.current = NULL;
	machine.seed = sim_seed();
	machine.random = sim_mix(machine.seed);
	machine.calm = 2 + sim_random(SLICES);
	machine.last = &machine.all;
	machine.fail_threads = fault_rate("DYNO_SIM_FAIL_THREADS");
}

static bool can_run(const struct fiber *f)
{
	if (f->ended)
		return false;
	return !f->done || machine.now >= f->deadline || f->done(f->arg);
}

static _Noreturn void stuck(void)
{
	char line[128];
	int n = snprintf(
		line, sizeof line,
		"sim: every M waits and none can go on (DYNO_SIM_SEED=%llu)\n",
		(unsigned long long)machine.seed);

	port_stderr(line, (size_t)n);
	abort();
}

// Jumps to the earliest deadline.
static void skip_ahead(void)
{
	uint64_t when = PORT_FOREVER;

	for (struct fiber *f = machine.all; f; f = f->next) {
		if (!f->ended && f->done && f->deadline < when)
			when = f->deadline;
	}
	if (when == PORT_FOREVER)
		stuck();
	machine.now = when;
}

// A random one of those that can run.
static struct fiber *choose(void)
{
	for (;;) {
		uint32_t n = 0, k;

		for (struct fiber *f = machine.all; f; f = f->next)
			n += can_run(f);
		if (n == 0) {
			skip_ahead();
			continue;
		}
		k = sim_random(n);
		for (struct fiber *f = machine.all; f; f = f->next) {
			if (can_run(f) && k-- == 0)
				return f;
		}
	}
}

// Which stack an M stood on when it was left, g0 or a goroutine's, is what the
// sanitizer says of it.
static void arrive(bool fresh)
{
	struct fiber *self = machine.current;

	ctx_arrived_from(&self->ctx, fresh, &machine.left->ctx);
	self->done = NULL;
	port_sim_m = self->m;
}

static void switch_to(struct fiber *to)
{
	struct fiber *from = machine.current;

	if (to == from) {
		from->done = NULL;
		return;
	}
	machine.left = from;
	machine.current = to;
	ctx_leaving(&from->ctx, &to->ctx, false);
	ctx_swap(&from->ctx, &to->ctx);
	arrive(false);
}

void sim_charge(uint64_t ns)
{
	machine.now += ns;
}

void sim_point(void)
{
	if (!machine.current)
		return; // the machine is off
	machine.now += STEP_NS;
	if (sim_random(machine.calm) == 0)
		switch_to(choose());
}

void *sim_hold(void)
{
	struct fiber *turn = machine.current;

	machine.current = NULL;
	return turn;
}

void sim_go_on(void *turn)
{
	machine.current = turn;
}

bool sim_wait(bool (*done)(void *arg), void *arg, uint64_t deadline)
{
	struct fiber *self = machine.current;

	self->done = done;
	self->arg = arg;
	self->deadline = deadline;
	switch_to(choose());
	return done(arg);
}

//---------------------------------------------------------------------------
// Threads
//---------------------------------------------------------------------------

static struct fiber *add_fiber(struct port_thread *t, struct m *mp)
{
	struct fiber *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->m = mp;
	f->thread = t;
	t->handle = (uintptr_t)f;
	*machine.last = f;
	machine.last = &f->next;
	return f;
}

static void remove_fiber(struct fiber *f)
{
	struct fiber **at = &machine.all;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	if (machine.last == &f->next)
		machine.last = at;
	ctx_discard(&f->ctx);
	if (f->valgrind_id)
		valgrind_no_stack(f->valgrind_id);
	free(f->stack);
	free(f);
}

static void fiber_main(void)
{
	struct fiber *self = machine.current;

	arrive(true);
	self->fn(self->m);
	self->ended = true;
	switch_to(choose());
	abort(); // an ended M was chosen
}

int port_thread_start(struct port_thread *t, struct m *mp, void (*fn)(struct m *))
{
	struct fiber *f = refuse_thread() ? NULL : add_fiber(t, mp);

	if (!f)
		return -EAGAIN;
	f->stack = aligned_alloc(16, STACK_BYTES);
	if (!f->stack) {
		remove_fiber(f);
		return -ENOMEM;
	}
	f->valgrind_id = valgrind_stack(f->stack, STACK_BYTES);
	f->fn = fn;
	t->stack_low = f->stack;
	t->stack_size = STACK_BYTES;
	ctx_make(&f->ctx, f->stack, STACK_BYTES, fiber_main);
	sim_point();
	return 0;
}

static bool has_ended(void *fiber)
{
	return ((struct fiber *)fiber)->ended;
}

void port_thread_join(struct port_thread *t)
{
	struct fiber *f = (struct fiber *)t->handle;

	sim_wait(has_ended, f, PORT_FOREVER);
	remove_fiber(f);
}

static void find_stack(struct port_thread *t)
{
	pthread_attr_t attr;
	void *low = NULL;

	if (pthread_getattr_np(pthread_self(), &attr) == 0) {
		pthread_attr_getstack(&attr, &low, &t->stack_size);
		pthread_attr_destroy(&attr);
	}
	t->stack_low = low;
}

// The host thread becomes the first M, and the machine starts.
int port_thread_adopt(struct port_thread *t, struct m *mp)
{
	struct fiber *f;

	power_on();
	f = add_fiber(t, mp);
	if (!f)
		return -ENOMEM;
	find_stack(t);
	ctx_adopt(&f->ctx, t->stack_low, t->stack_size);
	machine.current = f;
	port_sim_m = mp;
	return 0;
}

void port_thread_release(struct port_thread *t)
{
	struct fiber *f = (struct fiber *)t->handle;

	f->m = NULL; // it waits for the others' ends still
	port_sim_m = NULL;
}

//---------------------------------------------------------------------------
// Waiting
//---------------------------------------------------------------------------

struct futex {
	struct dy_w32 *word;
	bool woken;
};

static bool is_woken(void *futex)
{
	return ((struct futex *)futex)->woken;
}

bool port_futex_wait(struct dy_w32 *w, uint32_t expect, uint64_t deadline)
{
	struct futex f = {.word = w};

	sim_point();
	if (w->raw_ != expect)
		return true;
	return sim_wait(is_woken, &f, deadline);
}

void port_futex_wake(struct dy_w32 *w, int n)
{
	for (struct fiber *f = machine.all; f && n > 0; f = f->next) {
		struct futex *futex = f->done == is_woken ? f->arg : NULL;

		if (futex && futex->word == w && !futex->woken) {
			futex->woken = true;
			n--;
		}
	}
	sim_point();
}

static bool always(void *unused)
{
	(void)unused;
	return true;
}

void port_relax(void)
{
	if (!machine.current)
		return;
	machine.now += PAUSE_NS;
	sim_wait(always, NULL, PORT_FOREVER);
}

struct change {
	struct dy_w32 *word;
	uint32_t old;
};

static bool has_changed(void *change)
{
	struct change *c = change;

	return c->word->raw_ != c->old;
}

void port_spin_until(struct dy_w32 *w, uint32_t old, uint64_t deadline)
{
	struct change c = {w, old};

	sim_wait(has_changed, &c, deadline);
}

static bool never(void *unused)
{
	(void)unused;
	return false;
}

uint64_t port_now(void)
{
	sim_point();
	return machine.now;
}

void port_sleep(uint64_t ns)
{
	sim_wait(never, NULL, machine.now + ns);
}

//---------------------------------------------------------------------------
// Preemption, burning, blocking
//---------------------------------------------------------------------------

void port_kick(struct port_thread *t)
{
	((struct fiber *)t->handle)->kicked = true;
}

int port_tick(struct port_thread *t, uint64_t period)
{
	struct fiber *f = (struct fiber *)t->handle;

	f->period = period;
	f->next_tick = machine.now + period;
	return 0;
}

static void tick_if_due(struct fiber *f)
{
	if (f->period == 0 || machine.now < f->next_tick)
		return;
	f->next_tick = machine.now + f->period;
	preempt_tick();
	f->kicked = true;
}

void port_polls(uint32_t n)
{
	machine.polls = n != 0;
}

// Work is time that passes, in pieces between which it can be preempted.
uint64_t port_work(uint64_t ns)
{
	const uint64_t all = ns;

	while (ns > 0) {
		uint64_t piece = 1 + sim_random(2000);
		struct fiber *self;

		piece = piece < ns ? piece : ns;
		ns -= piece;
		sim_wait(never, NULL, machine.now + piece);
		self = machine.current;
		tick_if_due(self);
		if (self->kicked &&
		    preempt_ok((uintptr_t)__builtin_frame_address(0), 0))
			preempt_here();
		machine.current->kicked = false;
		if (machine.polls)
			preempt_look();
	}
	return all;
}

void port_block(struct port_thread *t, uint64_t ns)
{
	(void)t;
	port_sleep(ns);
}
