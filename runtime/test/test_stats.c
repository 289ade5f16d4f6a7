// test_stats.c - the counters have names and add up: every goroutine that was
// made runnable was put on a P, and came there by exactly one way.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <string.h>

#include "port/atomic.h"
#include "rt.h"

static void test_every_field_has_a_name_and_a_value(void **state)
{
	struct dy_stats s;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof s / sizeof(uint64_t); i++)
		((uint64_t *)(void *)&s)[i] = 1000 + i;
	for (; dy_stats_name(n); n++) {
		assert_true(strlen(dy_stats_help(n)) > 5);
		assert_int_equal(dy_stats_get(&s, n), 1000 + n);
		for (size_t j = 0; j < n; j++)
			assert_string_not_equal(dy_stats_name(j),
			                        dy_stats_name(n));
	}
	assert_int_equal(n, sizeof s / sizeof(uint64_t));
	assert_null(dy_stats_help(n));
	assert_int_equal(dy_stats_get(&s, n), 0);
	assert_string_equal(dy_stats_name(0), "spawns");
}

//---------------------------------------------------------------------------
// Sums
//---------------------------------------------------------------------------

enum { ROUNDS = RT_SCALE(500), EACH = 300 };

static struct dy_waitgroup wg;
static struct dy_chan *chan;
static struct dy_mutex mutex;

static void yield_and_lock(void *arg)
{
	(void)arg;
	dy_yield();
	dy_mutex_lock(&mutex);
	dy_mutex_unlock(&mutex);
	dy_wg_done(&wg);
}

static void send(void *arg)
{
	(void)arg;
	dy_chan_send(chan, NULL);
	dy_wg_done(&wg);
}

static void receive(void *arg)
{
	(void)arg;
	dy_chan_recv(chan, NULL);
	if ((uintptr_t)arg % 20 == 0)
		dy_sleep(100 * DY_US);
	dy_wg_done(&wg);
}

// More than a ring holds, so that some overflows. No handed-over mutex (its
// local yield has no counter): the policy has no long slices to starve in.
static void mix(void *arg)
{
	(void)arg;
	chan = dy_chan_make(0, 2);
	for (int round = 0; round < ROUNDS; round++) {
		dy_wg_add(&wg, 3 * EACH);
		for (uintptr_t i = 0; i < EACH; i++) {
			dy_go(receive, (void *)i);
			dy_go(send, NULL);
			dy_go(yield_and_lock, NULL);
		}
		dy_wg_wait(&wg);
	}
	rt_join();
	dy_chan_free(chan);
}

static void expect_sums(const struct dy_stats *s)
{
	// Made: all ended, and main.
	assert_int_equal(s->spawns, 3 * EACH * ROUNDS + 1);
	assert_int_equal(s->exits, s->spawns);
	assert_int_equal(s->g_now, 0);
	// Parked: all were made ready again.
	assert_int_equal(s->parks, s->readies);
	// A stack each, from somewhere.
	assert_int_equal(s->stacks_carved + s->stacks_reused + s->stacks_inherited,
	                 s->spawns);
	// Threads: made for a reason.
	assert_int_equal(s->m_created_main, 1);
	assert_int_equal(s->m_created_sysmon, 1);
	assert_int_equal(s->m_created_main + s->m_created_spin +
	                         s->m_created_handoff,
	                 s->m_peak);
	// Parts are not more than the whole.
	assert_true(s->direct_switches <= s->switches);
	assert_true(s->stolen_runnext <= s->steals_won);
	assert_true(s->steals_won <= s->stolen &&
	            s->steals_won <= s->steals_tried);
	assert_true(s->spin_finds <= s->spins);
	assert_true(s->global_takes <= s->global_puts);
}

// Who became runnable became running, and came from one place. With
// global=always each look at the global queue takes one.
static void test_every_switch_has_a_cause_and_a_source(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		struct dy_stats s;

		rt_run(procs, "global=always,preempt=none", mix, NULL);
		s = rt_stats();
		expect_sums(&s);
		assert_int_equal(s.switches, s.spawns + s.readies + s.yields);
		assert_int_equal(s.switches, s.runnext_hits + s.local_takes +
		                                     s.global_takes +
		                                     s.steals_won);
		assert_int_equal(s.global_puts, s.global_takes);
		assert_true(s.overflows > 0);
	}
}

static void test_preemptions_are_causes_too(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		struct dy_stats s;

		rt_run(procs, "global=always,preempt=sysmon:20us", mix, NULL);
		s = rt_stats();
		expect_sums(&s);
		assert_true(s.switches >= s.spawns + s.readies + s.yields);
		assert_true(s.preempts_polled + s.preempts_signal <=
		            s.preempts_asked);
		assert_int_equal(s.switches, s.runnext_hits + s.local_takes +
		                                     s.global_takes +
		                                     s.steals_won);
	}
}

static void test_go_takes_all_that_is_put(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		struct dy_stats s;

		rt_run(procs, "preempt=none", mix, NULL);
		s = rt_stats();
		expect_sums(&s);
		assert_int_equal(s.switches, s.spawns + s.readies + s.yields);
		assert_int_equal(s.global_puts, s.global_takes);
	}
}

//---------------------------------------------------------------------------
// Progress that only counts can show
//---------------------------------------------------------------------------

static void yield_until(void *arg)
{
	while (w32_load_acq(arg) == 0)
		dy_yield();
	dy_wg_done(&wg);
}

static void raise_word(void *arg)
{
	w32_store_rel(arg, 1);
}

// However many yield in a loop, who is spawned comes to run.
static void yield_in_crowds(void *arg)
{
	struct dy_w32 word = {0};

	(void)arg;
	dy_wg_add(&wg, 10);
	for (int i = 0; i < 10; i++)
		dy_go(yield_until, &word);
	for (int i = 0; i < 100; i++)
		dy_yield();
	dy_go(raise_word, &word);
	dy_wg_wait(&wg);
}

static void test_a_yielding_crowd_lets_others_run(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, "preempt=none", yield_in_crowds, NULL);
		assert_true(rt_stats().yields >= 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_has_a_name_and_a_value),
		cmocka_unit_test(test_every_switch_has_a_cause_and_a_source),
		cmocka_unit_test(test_preemptions_are_causes_too),
		cmocka_unit_test(test_go_takes_all_that_is_put),
		cmocka_unit_test(test_a_yielding_crowd_lets_others_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
