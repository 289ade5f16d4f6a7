// test_preempt.c - time slices end: by a signal in a bare loop, by a flag at a
// poll, or not at all, as the policy says; and not where it would do harm.
#include <dyno/chan.h>
#include <dyno/time.h>

#include "bare_loops.h"
#include "port/port.h"
#include "sched/park.h"
#include "sched/sched.h"
#include "turns.h"

static int start(void **state)
{
	(void)state;
	lower_flag();
	return 0;
}

//---------------------------------------------------------------------------
// One P: whoever runs keeps the other from running, unless it is preempted
//---------------------------------------------------------------------------

static void test_a_signal_ends_a_bare_loop(void **state)
{
	(void)state;
	rt_run(1, "preempt=sysmon", bare_loop, NULL);
	assert_true(rt_stats().preempts_signal >= 1);
	assert_true(rt_stats().preempts_asked >= rt_stats().preempts_signal);
}

static void polling_loop(void *arg)
{
	(void)arg;
	leave_raiser_in_queue();
	while (!flag_is_up())
		dy_poll();
}

static void test_a_flag_ends_a_loop_that_polls(void **state)
{
	(void)state;
	rt_run(1, "preempt=poll", polling_loop, NULL);
	assert_true(rt_stats().preempts_polled >= 1);
	assert_int_equal(rt_stats().preempts_signal, 0);
}

// What waits behind this loop does not run, however often it is asked to stop.
static void loop_through_requests(void *arg)
{
	(void)arg;
	leave_raiser_in_queue();
	while (rt_stats().preempts_asked < 3)
		spin(1000);
	rt_check(!flag_is_up());
}

static void test_a_loop_without_a_poll_is_not_ended_by_a_flag(void **state)
{
	(void)state;
	rt_run(1, "preempt=poll", loop_through_requests, NULL);
	assert_int_equal(rt_stats().preempts_signal, 0);
	assert_true(rt_stats().preempts_asked >= 3);
}

// A tenth of a second is ten of Go's slices.
static void poll_for_ten_slices(void *arg)
{
	(void)arg;
	leave_raiser_in_queue();
	for (uint64_t end = dy_now() + 100 * DY_MS; dy_now() < end;) {
		spin(1000);
		dy_poll();
	}
	rt_check(!flag_is_up());
}

static void test_nothing_ends_a_loop_without_preemption(void **state)
{
	(void)state;
	rt_run(1, "preempt=none", poll_for_ten_slices, NULL);
	assert_int_equal(rt_stats().preempts_signal, 0);
	assert_int_equal(rt_stats().preempts_polled, 0);
	assert_int_equal(rt_stats().preempts_asked, 0);
}

//---------------------------------------------------------------------------
// Where it would do harm
//---------------------------------------------------------------------------

static void ask_not_to_be(void *arg)
{
	(void)arg;
	leave_raiser_in_queue();
	dy_nopreempt_begin();
	dy_nopreempt_begin();
	dy_nopreempt_end(); // one is left
	while (rt_stats().preempts_refused < 5)
		spin(100000);
	rt_check(!flag_is_up());
	dy_nopreempt_end();
	rt_check(flag_is_up()); // what was asked meanwhile is done now
}

static void test_nopreempt_is_honoured_and_made_up_for(void **state)
{
	(void)state;
	rt_run(1, "preempt=sysmon:1ms", ask_not_to_be, NULL);
	assert_int_equal(rt_stats().preempts_signal, 0);
	assert_true(rt_stats().preempts_polled >= 1);
}

static void end_without_begin(void *arg)
{
	(void)arg;
	dy_nopreempt_end();
}

static void test_an_end_without_a_begin_is_fatal(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), end_without_begin, 2,
	                "dy_nopreempt_begin");
}

// Stands so low on its stack that the registers do not fit below.
__attribute__((noinline)) static void spin_low(const char *bottom)
{
	size_t size = (size_t)((char *)__builtin_frame_address(0) - bottom) -
	              2000;
	volatile char *room = __builtin_alloca(size);

	room[0] = 1;
	while (rt_stats().preempts_refused < 5)
		spin(100000);
	rt_check(!flag_is_up() && room[0] == 1);
}

static void run_low(void *arg)
{
	(void)arg;
	leave_raiser_in_queue();
	spin_low(g_self()->stack);
}

static void test_a_full_stack_is_not_preempted(void **state)
{
	(void)state;
#ifdef RT_SANITIZED
	skip(); // the sanitizers' own frames do not fit
#endif
	rt_run(1, "preempt=sysmon:1ms", run_low, NULL);
	assert_int_equal(rt_stats().preempts_signal, 0);
}

//---------------------------------------------------------------------------
// Slices
//---------------------------------------------------------------------------

enum { ROUNDS = 5000 };

static struct dy_chan *ping, *pong;

static void answer(void *arg)
{
	(void)arg;
	while (dy_chan_recv(ping, NULL))
		dy_chan_send(pong, NULL);
}

// Two that wake each other live on one slice: the tick stands still.
static void play(void *arg)
{
	uint32_t tick;
	uint64_t switches;

	(void)arg;
	ping = dy_chan_make(0, 0);
	pong = dy_chan_make(0, 0);
	dy_go(answer, NULL);
	dy_yield();
	tick = w32_load_acq(&sched_p(0)->schedtick);
	switches = rt_stats().switches;
	for (int i = 0; i < ROUNDS; i++) {
		dy_chan_send(ping, NULL);
		dy_chan_recv(pong, NULL);
	}
	rt_check(rt_stats().switches - switches >= ROUNDS);
	rt_check(w32_load_acq(&sched_p(0)->schedtick) - tick < ROUNDS / 100);
	dy_chan_close(ping);
	rt_join();
	dy_chan_free(ping);
	dy_chan_free(pong);
}

static void test_a_pair_shares_a_slice(void **state)
{
	(void)state;
	rt_run(1, NULL, play, NULL);
}

static void loop_for_many_rounds(void *arg)
{
	(void)arg;
	for (uint64_t end = dy_now() + 20 * DY_MS; dy_now() < end;)
		dy_poll();
}

static void test_the_first_slice_is_as_long_as_any(void **state)
{
	(void)state;
	rt_run(1, "preempt=sysmon:10s", loop_for_many_rounds, NULL);
	assert_int_equal(rt_stats().preempts_asked, 0);
}

static void spin_bare(void)
{
	spin(10000);
}

static void test_spinners_share_a_p(void **state)
{
	spin_fn fn = spin_bare;

	(void)state;
	rt_run(1, "preempt=sysmon:1ms", spin_by_turns, &fn);
	assert_true(rt_stats().preempts_signal >= SPINNERS - 1);
	rt_run(2, "preempt=sysmon:20us", spin_by_turns, &fn);
}

#define from_zero(f) cmocka_unit_test_setup(f, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		from_zero(test_a_signal_ends_a_bare_loop),
		from_zero(test_a_flag_ends_a_loop_that_polls),
		from_zero(test_a_loop_without_a_poll_is_not_ended_by_a_flag),
		from_zero(test_nothing_ends_a_loop_without_preemption),
		from_zero(test_nopreempt_is_honoured_and_made_up_for),
		from_zero(test_an_end_without_a_begin_is_fatal),
		from_zero(test_a_full_stack_is_not_preempted),
		from_zero(test_a_pair_shares_a_slice),
		from_zero(test_the_first_slice_is_as_long_as_any),
		from_zero(test_spinners_share_a_p),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
