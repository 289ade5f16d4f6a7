// test_alarm.c - timers and tickers: nothing early, nothing twice, nothing after
// a stop. No test here depends on how late anything is.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "procs.h"
#include "sched/sched.h"

static struct dy_waitgroup wg;

static uint64_t receive(struct dy_chan *c)
{
	uint64_t when = 0;

	rt_check(dy_chan_recv(c, &when));
	return when;
}

static bool nothing_in(struct dy_chan *c)
{
	bool ok;

	return !dy_chan_try_recv(c, NULL, &ok);
}

//---------------------------------------------------------------------------
// Firing
//---------------------------------------------------------------------------

static void fire_once(void *arg)
{
	uint64_t begin = dy_now();
	struct dy_timer t;
	struct dy_chan *c;

	(void)arg;
	rt_check(dy_timer_start(&t, 2 * DY_MS) == 0);
	rt_check(receive(dy_timer_chan(&t)) >= begin + 2 * DY_MS);
	rt_check(dy_now() >= begin + 2 * DY_MS);
	rt_check(nothing_in(dy_timer_chan(&t)));
	rt_check(!dy_timer_stop(&t));
	dy_timer_close(&t);
	begin = dy_now();
	c = dy_after(DY_MS);
	rt_check(c && receive(c) >= begin + DY_MS);
	dy_chan_free(c);
}

static void test_a_timer_sends_the_time_once_and_not_early(void **state)
{
	(void)state;
	at_all_procs(fire_once);
}

static struct dy_timer chained;
static int left;
static struct dy_chan *end;

static void start_next(void *arg)
{
	(void)arg;
	if (--left == 0)
		dy_chan_send(end, NULL);
	else
		dy_timer_reset(&chained, 0);
}

// A function that arms its own timer anew.
static void chain(void *arg)
{
	(void)arg;
	left = 100;
	end = dy_chan_make(0, 0);
	dy_timer_start_func(&chained, 0, start_next, NULL);
	dy_chan_recv(end, NULL);
	rt_check(left == 0);
	dy_timer_close(&chained);
	dy_chan_free(end);
}

static void test_a_function_may_reset_its_timer(void **state)
{
	(void)state;
	at_all_procs(chain);
}

static void tick(void *arg)
{
	uint64_t begin = dy_now(), before = 0;
	struct dy_timer t;

	(void)arg;
	rt_check(dy_ticker_start(&t, 0) == -EINVAL);
	rt_check(dy_ticker_start(&t, DY_MS) == 0);
	for (uint64_t i = 1; i <= 10; i++) {
		uint64_t when = receive(dy_timer_chan(&t));

		rt_check(when >= begin + i * DY_MS && when > before);
		before = when;
	}
	begin = dy_now();
	dy_timer_reset(&t, 3 * DY_MS);
	for (uint64_t i = 1; i <= 3; i++)
		rt_check(receive(dy_timer_chan(&t)) >= begin + i * 3 * DY_MS);
	dy_timer_stop(&t);
	dy_sleep(8 * DY_MS);
	rt_check(nothing_in(dy_timer_chan(&t)));
	dy_timer_close(&t);
}

static void test_a_ticker_ticks_until_it_is_stopped(void **state)
{
	(void)state;
	at_all_procs(tick);
}

static void tick_slowly(void *arg)
{
	struct dy_timer t;

	(void)arg;
	rt_check(dy_ticker_start(&t, 100 * DY_US) == 0);
	dy_sleep(5 * DY_MS);
	while (dy_chan_len(dy_timer_chan(&t)) == 0)
		dy_yield();
	dy_sleep(DY_MS);
	rt_check(dy_chan_len(dy_timer_chan(&t)) == 1);
	dy_timer_close(&t);
}

static void test_a_ticker_drops_what_nobody_takes(void **state)
{
	(void)state;
	at_all_procs(tick_slowly);
}

static void tick_while_nobody_looks(void *arg)
{
	struct dy_timer t;
	uint64_t fired;

	(void)arg;
	rt_check(dy_ticker_start(&t, 100 * DY_US) == 0);
	dy_work(5 * DY_MS);
	fired = rt_stats().timers_fired;
	while (dy_chan_len(dy_timer_chan(&t)) == 0)
		dy_yield();
	fired = rt_stats().timers_fired - fired;
	rt_check(fired >= 1 && fired < 10);
	dy_timer_close(&t);
}

// The one P was busy for fifty periods: they are not made up for.
static void test_a_late_ticker_skips_what_it_missed(void **state)
{
	(void)state;
	rt_run(1, "go1.27,preempt=none", tick_while_nobody_looks, NULL);
}

static void reset_ticker_to_nothing(void *arg)
{
	struct dy_timer t;

	(void)arg;
	dy_ticker_start(&t, DY_S);
	dy_timer_reset(&t, 0);
}

static void test_a_ticker_needs_a_period(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), reset_ticker_to_nothing, 2,
	                "non-positive interval");
}

static void too_far(void *arg)
{
	struct dy_timer t, ticker;

	(void)arg;
	rt_check(dy_timer_start(&t, UINT64_MAX) == 0);
	rt_check(dy_ticker_start(&ticker, UINT64_MAX) == 0);
	dy_sleep(DY_MS);
	rt_check(nothing_in(dy_timer_chan(&t)));
	rt_check(nothing_in(dy_timer_chan(&ticker)));
	rt_check(dy_timer_stop(&t) && dy_timer_stop(&ticker));
	dy_timer_close(&t);
	dy_timer_close(&ticker);
}

static void test_times_do_not_overflow(void **state)
{
	(void)state;
	at_all_procs(too_far);
}

//---------------------------------------------------------------------------
// Stopping
//---------------------------------------------------------------------------

static void never(void *arg)
{
	(void)arg;
	rt_failed("stopped", __FILE__, __LINE__);
}

static void stop_in_time(void *arg)
{
	struct dy_timer t, f;

	(void)arg;
	rt_check(dy_timer_start(&t, DY_S) == 0);
	dy_timer_start_func(&f, DY_S, never, NULL);
	rt_check(dy_timer_stop(&t) && !dy_timer_stop(&t));
	rt_check(dy_timer_stop(&f) && !dy_timer_stop(&f));
	rt_check(!dy_timer_reset(&t, 1) && receive(dy_timer_chan(&t)));
	rt_check(!dy_timer_reset(&t, DY_S) && dy_timer_reset(&t, 1));
	rt_check(receive(dy_timer_chan(&t)));
	dy_timer_close(&t);
	dy_timer_close(&f);
}

static void test_stop_and_reset_say_whether_the_timer_was_armed(void **state)
{
	(void)state;
	at_all_procs(stop_in_time);
}

// The time lies in the channel: a stop or a reset takes it out again, and says
// that the timer has not acted.
static void take_back(void *arg)
{
	struct dy_timer t;
	uint64_t begin;

	(void)arg;
	rt_check(dy_timer_start(&t, 1) == 0);
	while (dy_chan_len(dy_timer_chan(&t)) == 0)
		dy_yield();
	rt_check(dy_timer_stop(&t));
	rt_check(nothing_in(dy_timer_chan(&t)));
	dy_timer_reset(&t, 1);
	while (dy_chan_len(dy_timer_chan(&t)) == 0)
		dy_yield();
	begin = dy_now();
	rt_check(dy_timer_reset(&t, DY_MS));
	rt_check(receive(dy_timer_chan(&t)) >= begin + DY_MS);
	dy_timer_close(&t);
}

static void test_no_stale_time_after_a_stop_or_reset(void **state)
{
	(void)state;
	at_all_procs(take_back);
}

static struct dy_w32 ran;

static void count_run(void *arg)
{
	(void)arg;
	w32_add_ar(&ran, 1);
	dy_wg_done(&wg);
}

// Stops that race with fires: each function runs or was stopped, and a timer's
// memory is its owner's again at once.
static void race_stops(void *arg)
{
	struct rand r = rand_stream(dy_goid(), 1);
	int stopped = 0;

	(void)arg;
	for (int i = 0; i < RT_SCALE(2000); i++) {
		struct dy_timer *f = malloc(sizeof *f), *t = malloc(sizeof *t);
		uint64_t ns = rand_below(&r, 3000);

		rt_check(f && t);
		dy_wg_add(&wg, 1);
		dy_timer_start_func(f, ns, count_run, NULL);
		rt_check(dy_timer_start(t, ns) == 0);
		dy_work(rand_below(&r, 3000));
		if (rand_below(&r, 2))
			dy_yield();
		if (rand_below(&r, 2))
			dy_timer_reset(t, ns);
		if (dy_timer_stop(f)) {
			stopped++;
			dy_wg_done(&wg);
		}
		dy_timer_stop(t);
		rt_check(nothing_in(dy_timer_chan(t)));
		dy_timer_close(t);
		memset(f, 0xa5, sizeof *f);
		free(f);
		free(t);
	}
	w32_add_ar(&ran, (uint32_t)stopped);
	dy_wg_done(&wg);
}

static void many_race(void *arg)
{
	(void)arg;
	w32_store_own(&ran, 0);
	dy_wg_add(&wg, 4);
	for (int i = 0; i < 4; i++)
		dy_go(race_stops, NULL);
	dy_wg_wait(&wg);
	rt_check(w32_load_own(&ran) == 4 * RT_SCALE(2000));
}

static void test_stops_race_with_fires(void **state)
{
	(void)state;
	at_all_procs(many_race);
}

static struct dy_timer common;
static struct dy_w32 over;

static void reset_common(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(3000); i++) {
		if (i % 3)
			dy_timer_reset(&common, (uint64_t)(i % 7) * 300 + 1);
		else
			dy_timer_stop(&common);
		dy_poll();
	}
	dy_wg_done(&wg);
}

static void receive_common(void *arg)
{
	bool ok;

	(void)arg;
	while (!w32_load_acq(&over)) {
		dy_chan_try_recv(dy_timer_chan(&common), NULL, &ok);
		dy_yield();
	}
	dy_chan_send(end, NULL);
}

// Ps that come and go carry their timers along under the stops' hands.
static void reset_one_from_everywhere(void *arg)
{
	int procs = dy_gomaxprocs(0);

	(void)arg;
	end = dy_chan_make(0, 0);
	w32_store_rel(&over, 0);
	rt_check(dy_ticker_start(&common, 500) == 0);
	dy_go(receive_common, NULL);
	dy_wg_add(&wg, 4);
	for (int i = 0; i < 4; i++)
		dy_go(reset_common, NULL);
	for (int i = 0; i < 50; i++) {
		dy_gomaxprocs(1 + i % procs);
		dy_yield();
	}
	dy_gomaxprocs(procs);
	dy_wg_wait(&wg);
	w32_store_rel(&over, 1);
	dy_chan_recv(end, NULL);
	dy_timer_stop(&common);
	rt_check(nothing_in(dy_timer_chan(&common)));
	dy_sleep(DY_MS);
	rt_check(nothing_in(dy_timer_chan(&common)));
	dy_timer_close(&common);
	dy_chan_free(end);
}

static void test_resets_from_everywhere(void **state)
{
	(void)state;
	at_all_procs(reset_one_from_everywhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_timer_sends_the_time_once_and_not_early),
		cmocka_unit_test(test_a_function_may_reset_its_timer),
		cmocka_unit_test(test_a_ticker_ticks_until_it_is_stopped),
		cmocka_unit_test(test_a_ticker_drops_what_nobody_takes),
		cmocka_unit_test(test_a_late_ticker_skips_what_it_missed),
		cmocka_unit_test(test_a_ticker_needs_a_period),
		cmocka_unit_test(test_times_do_not_overflow),
		cmocka_unit_test(
			test_stop_and_reset_say_whether_the_timer_was_armed),
		cmocka_unit_test(test_no_stale_time_after_a_stop_or_reset),
		cmocka_unit_test(test_stops_race_with_fires),
		cmocka_unit_test(test_resets_from_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
