// conform_waiting.c - bounded waiting: does a policy keep what it promises?
//
// On one P of the virtual machine some goroutines press: they are always runnable, in
// one of the ways that keep a queue from ever running empty. Beside them one waits:
// when it is new, has yielded, has slept, is back from a call that lost it its P, and
// when one of them has woken it. Whoever presses looks how many time slices have begun
// meanwhile: who starves cannot tell.
//
// A slice that is inherited is none, so slices may stop beginning. That is a fault of
// its own: no slice may last for a second.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/stats.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdbool.h>

#include "conform.h"

enum { TURNS = 2, LARGE = 1000 };

static struct {
	uint32_t rounds;
	const struct pressure *pressure;
	struct dy_chan *there, *back, *wake;
	struct dy_waitgroup pressing, waiting;
	bool over, asleep; // asleep: it is to be woken

	const char *how; // it waits; NULL: it does not
	uint64_t since;  // slices that had begun when it began to
	uint64_t last;   // slices that had begun when somebody last looked,
	uint64_t when;   // and when that was first so
} run;

//---------------------------------------------------------------------------
// Looking
//---------------------------------------------------------------------------

static uint64_t slices(void)
{
	struct dy_stats s;

	dy_stats_read(&s);
	return s.switches - s.runnext_hits;
}

static void begin_to_wait(const char *how)
{
	run.since = run.last = slices();
	run.when = dy_now();
	run.how = how;
}

struct pressure {
	const char *name;
	dy_fn fn;
	int n;
};

static void wake(void)
{
	char c = 0;

	run.asleep = false;
	begin_to_wait("has been woken");
	dy_chan_send(run.wake, &c);
}

static void look(void)
{
	uint64_t goroutines = (uint64_t)dy_num_goroutine(), begun, now;

	if (run.asleep)
		wake();
	if (!run.how)
		return;
	begun = slices();
	now = dy_now();
	if (begun != run.last) {
		run.last = begun;
		run.when = now;
	}
	if (now - run.when > DY_S)
		conform_fail(
			"one that %s waits beside %s, whose slice does not end",
			run.how, run.pressure->name);
	if (begun - run.since > run.rounds * (goroutines + 1))
		conform_fail("one that %s waits for %llu slices beside %s; "
		             "promised are %u for each of %llu goroutines",
		             run.how, (unsigned long long)(begun - run.since),
		             run.pressure->name, run.rounds,
		             (unsigned long long)goroutines);
}

//---------------------------------------------------------------------------
// Pressing
//---------------------------------------------------------------------------

static void spin(void *unused)
{
	(void)unused;
	while (!run.over) {
		look();
		dy_work(DY_US);
		dy_yield();
	}
	dy_wg_done(&run.pressing);
}

static void hog(void *unused)
{
	(void)unused;
	while (!run.over) {
		look();
		dy_work(100 * DY_US);
	}
	dy_wg_done(&run.pressing);
}

static void leaf(void *unused)
{
	(void)unused;
}

// The leaf takes the place of what runs next, so the successor goes to the queue, which
// is never empty, and begins a slice.
static void grow(void *unused)
{
	look();
	dy_work(DY_US);
	if (run.over) {
		dy_wg_done(&run.pressing);
		return;
	}
	dy_go_sized(grow, unused, 1);
	dy_go_sized(leaf, unused, 1);
}

static void respawn(void *unused)
{
	look();
	dy_work(DY_US);
	if (run.over)
		dy_wg_done(&run.pressing);
	else
		dy_go_sized(respawn, unused, 1);
}

static void answer(void *unused)
{
	char c;

	(void)unused;
	while (dy_chan_recv(run.there, &c))
		dy_chan_send(run.back, &c);
	dy_wg_done(&run.pressing);
}

static void relay(void *unused)
{
	char c = 0;

	dy_wg_add(&run.pressing, 1);
	dy_go(answer, unused);
	while (!run.over) {
		look();
		dy_work(DY_US);
		dy_chan_send(run.there, &c);
		dy_chan_recv(run.back, &c);
	}
	dy_chan_close(run.there);
	dy_wg_done(&run.pressing);
}

static const struct pressure pressures[] = {
	{"three that yield", spin, 3},
	{"two that never give way", hog, 2},
	{"one that spawns a leaf and a successor", grow, 1},
	{"three that spawn a successor", respawn, 3},
	{"two that wake each other", relay, 1},
};

enum { PRESSURES = sizeof pressures / sizeof pressures[0] };

//---------------------------------------------------------------------------

static void wait_here(void *unused)
{
	char c;

	(void)unused;
	for (int i = 0; i < TURNS; i++) {
		begin_to_wait("has yielded");
		dy_yield();
		begin_to_wait("has slept");
		dy_sleep(20 * DY_US);
		begin_to_wait("is back from a call");
		dy_block(50 * DY_US);
		run.how = NULL;
		run.asleep = true;
		dy_chan_recv(run.wake, &c);
		run.how = NULL;
	}
	dy_wg_done(&run.waiting);
}

void waiting_open(uint32_t rounds, unsigned seed)
{
	run.rounds = rounds;
	run.pressure = &pressures[seed % PRESSURES];
}

void waiting(void *unused)
{
	run.over = false;
	run.there = dy_chan_make(1, 0);
	run.back = dy_chan_make(1, 0);
	run.wake = dy_chan_make(1, 1);
	dy_wg_add(&run.pressing, run.pressure->n);
	for (int i = 0; i < run.pressure->n; i++)
		dy_go_sized(run.pressure->fn, unused, 1);
	dy_wg_add(&run.waiting, 1);
	begin_to_wait("is new");
	dy_go_sized(wait_here, unused, LARGE);
	dy_wg_wait(&run.waiting);
	run.over = true;
	dy_wg_wait(&run.pressing);
	dy_chan_free(run.there);
	dy_chan_free(run.back);
	dy_chan_free(run.wake);
}
