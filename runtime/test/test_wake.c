// test_wake.c - no wake-up is lost: whoever makes work while a P is idle, or is
// about to be, need not give way for the work to be done.
//
// Main keeps its P and waits for what it has spawned or woken. Were the notice
// of a single piece lost, it would stand in main's queue for ever.
#include <dyno/chan.h>
#include <dyno/time.h>
#include <unistd.h>

#include "base/rand.h"
#include "port/port.h"
#include "rt.h"

enum { PIECES_MAX = 5 };

#define LONG_ENOUGH (400 * DY_MS) // for hundreds of rounds on a loaded machine

static struct dy_w32 done;

// Some rounds end while the thieves still spin, some when they sleep.
static void await_without_giving_way(uint32_t n)
{
	for (int i = 0; w32_load_acq(&done) != n; i++) {
		if (i < 200)
			port_relax();
		else
			usleep(1);
	}
}

static void pause_for(struct rand *r)
{
	switch (rand_below(r, 64)) {
	case 0:
		usleep(100);
		break;
	case 1:
		usleep(1);
		break;
	default:
		for (uint32_t i = rand_below(r, 300); i > 0; i--)
			port_relax();
	}
}

static void piece(void *arg)
{
	for (uintptr_t i = (uintptr_t)arg; i > 0; i--)
		port_relax();
	w32_add_ar(&done, 1);
}

static void spawn_pieces(void *arg)
{
	struct rand r = rand_stream(6, 0);

	(void)arg;
	for (uint64_t end = dy_now() + LONG_ENOUGH; dy_now() < end;) {
		uint32_t n = 1 + rand_below(&r, PIECES_MAX);

		w32_store_rel(&done, 0);
		for (uint32_t i = 0; i < n; i++)
			dy_go(piece, (void *)(uintptr_t)rand_below(&r, 100));
		await_without_giving_way(n);
		pause_for(&r);
	}
}

static void test_what_is_spawned_is_run_elsewhere(void **state)
{
	(void)state;
	for (int procs = 2; procs <= 8; procs += 2)
		rt_run(procs, "preempt=none", spawn_pieces, NULL);
}

//---------------------------------------------------------------------------
// Woken
//---------------------------------------------------------------------------

static struct dy_chan *chan;

static void answer(void *arg)
{
	(void)arg;
	while (dy_chan_recv(chan, NULL))
		w32_add_ar(&done, 1);
}

static void wake_pieces(void *arg)
{
	struct rand r = rand_stream(7, 0);

	(void)arg;
	chan = dy_chan_make(0, PIECES_MAX);
	for (int i = 0; i < PIECES_MAX; i++)
		dy_go(answer, NULL);
	for (uint64_t end = dy_now() + LONG_ENOUGH; dy_now() < end;) {
		uint32_t n = 1 + rand_below(&r, PIECES_MAX);

		w32_store_rel(&done, 0);
		for (uint32_t i = 0; i < n; i++)
			dy_chan_send(chan, NULL);
		await_without_giving_way(n);
		pause_for(&r);
	}
	dy_chan_close(chan);
	rt_join();
	dy_chan_free(chan);
}

static void test_what_is_woken_is_run_elsewhere(void **state)
{
	(void)state;
	for (int procs = 2; procs <= 8; procs *= 2)
		rt_run(procs, "preempt=none", wake_pieces, NULL);
}

//---------------------------------------------------------------------------
// All at once
//---------------------------------------------------------------------------

static struct dy_w32 here;

// Each piece keeps its P until all of them have one.
static void meet(void *arg)
{
	uint32_t n = (uint32_t)(uintptr_t)arg;

	w32_add_ar(&here, 1);
	for (int i = 0; w32_load_acq(&here) < n; i++) {
		if (i < 200)
			port_relax();
		else
			usleep(1);
	}
	w32_add_ar(&done, 1);
}

static void meet_often(void *arg)
{
	uint32_t n = (uint32_t)dy_gomaxprocs(0) - 1;
	struct rand r = rand_stream(8, n);

	(void)arg;
	for (uint64_t end = dy_now() + LONG_ENOUGH; dy_now() < end;) {
		w32_store_rel(&here, 0);
		w32_store_rel(&done, 0);
		for (uint32_t i = 0; i < n; i++)
			dy_go(meet, (void *)(uintptr_t)n);
		await_without_giving_way(n);
		pause_for(&r);
	}
}

static void test_as_many_run_at_once_as_there_are_ps(void **state)
{
	(void)state;
	for (int procs = 2; procs <= 6; procs++) {
		rt_run(procs, "preempt=none", meet_often, NULL);
		assert_true(rt_stats().m_peak >= (uint64_t)procs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_spawned_is_run_elsewhere),
		cmocka_unit_test(test_what_is_woken_is_run_elsewhere),
		cmocka_unit_test(test_as_many_run_at_once_as_there_are_ps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
