// test_sim_policy.c - the policies on the virtual machine: under none of them, in no
// schedule, is a goroutine left where nobody looks.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <dyno/time.h>

#include "forks.h"
#include "seeds.h"

enum { ITEMS = 12 };

struct server {
	struct dy_waitgroup done;
	struct dy_mutex mutex;
	struct dy_chan *chan;
	long sum;
};

// Goroutines that have spread over the Ps by yielding, and then only wait for one
// another: Ps go idle, and are needed again.
static void settle_and_serve(void *arg)
{
	struct server *s = arg;
	int v;

	for (int i = 0; i < 4; i++)
		dy_yield();
	while (dy_chan_recv(s->chan, &v)) {
		dy_mutex_lock(&s->mutex);
		s->sum += v;
		dy_mutex_unlock(&s->mutex);
		dy_sleep(30 * DY_US);
	}
	dy_wg_done(&s->done);
}

static void homes_on(struct server *s, int procs)
{
	dy_wg_add(&s->done, 4);
	for (int i = 0; i < 4; i++)
		dy_go(settle_and_serve, s);
	for (int i = 1; i <= ITEMS; i++) {
		dy_yield();
		dy_chan_send(s->chan, &i);
		if (i % 5 == 0)
			dy_gomaxprocs(1 + (procs + i) % 4);
		if (i % 3 == 0)
			dy_sleep(100 * DY_US);
	}
	dy_chan_close(s->chan);
	dy_wg_wait(&s->done);
}

static void homes(void *unused)
{
	struct server s = {.chan = dy_chan_make(sizeof(int), 0)};

	(void)unused;
	homes_on(&s, dy_gomaxprocs(0));
	rt_check(s.sum == ITEMS * (ITEMS + 1) / 2);
	dy_chan_free(s.chan);
}

//---------------------------------------------------------------------------

static void test_places(void **state)
{
	(void)state;
	under_all_seeds(forks, "place=workfirst");
	under_all_seeds(homes, "place=lastp,steal=none");
	under_all_seeds(homes, "place=lastp");
	under_all_seeds(homes, "place=tail");
	under_all_seeds(homes, "go1.1");
	under_all_seeds(homes, "go1.0");
}

static void hog(void *arg)
{
	struct server *s = arg;

	dy_work(500 * DY_US);
	dy_wg_done(&s->done);
}

// Turns by ticks alone.
static void hogs(void *unused)
{
	struct server s = {0};

	(void)unused;
	dy_wg_add(&s.done, 12);
	for (int i = 0; i < 12; i++)
		dy_go(hog, &s);
	dy_wg_wait(&s.done);
}

static void test_timers(void **state)
{
	(void)state;
	under_all_seeds(hogs, "preempt=timer:20us");
	under_all_seeds(hogs, "preempt=adaptive:20us");
	under_all_seeds(homes, "shinjuku");
	rt_run(1, "preempt=timer:20us", hogs, NULL);
	assert_true(rt_stats().preempts_signal > 12);
}

static void test_queues(void **state)
{
	(void)state;
	under_all_seeds(forks, "queue=lifo");
	under_all_seeds(forks, "cilk");
	under_all_seeds(homes, "queue=lifo,place=tail");
	under_all_seeds(forks, "queue=stamped");
	under_all_seeds(homes, "fair");
}

static void call(void *arg)
{
	struct server *s = arg;

	for (int i = 0; i < 3; i++) {
		dy_block((uint64_t)(10 + 20 * i) * DY_US);
		dy_yield();
	}
	dy_wg_done(&s->done);
}

// Ps are given on, wanted back and taken away.
static void calls(void *unused)
{
	struct server s = {0};
	int procs = dy_gomaxprocs(0);

	(void)unused;
	dy_wg_add(&s.done, 10);
	for (int i = 0; i < 10; i++) {
		dy_go(call, &s);
		dy_gomaxprocs(1 + (procs + i) % 4);
	}
	dy_wg_wait(&s.done);
	rt_check(rt_stats().syscalls == 30);
}

static void test_syscalls(void **state)
{
	(void)state;
	under_all_seeds(calls, "syscall=handoff");
	under_all_seeds(calls, "syscall=handoff,place=lastp");
	under_all_seeds(calls, "syscall=keep");
	under_all_seeds(calls, "syscall=pool:1");
	under_all_seeds(calls, "syscall=pool:3");
}

// Short requests with pauses between: Ps go idle all the time.
static void requests(void *unused)
{
	(void)unused;
	for (int round = 0; round < 10; round++) {
		struct server s = {0};

		dy_wg_add(&s.done, 3);
		for (int i = 0; i < 3; i++)
			dy_go(hog, &s);
		dy_wg_wait(&s.done);
		dy_sleep(50 * DY_US);
	}
}

// One schedule, so that counts can be compared: 8 Ps, of which 4 are ever busy.
static struct dy_stats counts_of(const char *policy)
{
	set_seed(1);
	rt_run(8, policy, requests, NULL);
	return rt_stats();
}

static void test_idle_does_what_it_says(void **state)
{
	struct dy_stats go = counts_of("go1.27"), park = counts_of("idle=park"),
			spin = counts_of("idle=spin:200us"),
			eager = counts_of("idle=eager");

	(void)state;
	assert_true(park.spins < go.spins); // only those that were woken
	assert_true(spin.m_parks < go.m_parks / 2);
	assert_true(spin.search_repeats > 0);
	assert_true(eager.m_wakes > go.m_wakes);
	assert_int_equal(go.search_repeats + park.search_repeats, 0);
	// Nobody sleeps or polls: only a submission can have woken somebody.
	rt_run(4, "idle=park,preempt=none", hogs, NULL);
	assert_int_equal(rt_stats().m_created_spin, 3);
}

static uint64_t ready_at, ran_at;

static void note_when(void *wg)
{
	ran_at = dy_now();
	dy_wg_done(wg);
}

// One that is made ready by who then computes on lies in runnext meanwhile.
static void lie_in_runnext(void *ns)
{
	struct dy_waitgroup wg = {0};

	dy_wg_add(&wg, 1);
	dy_go(note_when, &wg);
	ready_at = dy_now();
	dy_work(*(uint64_t *)ns);
	dy_wg_wait(&wg);
}

// The other P looks at once and waits; it has nothing else to do.
static void test_a_runnext_is_left_until_it_has_aged(void **state)
{
	uint64_t young = 20 * DY_US, old = 300 * DY_US;

	(void)state;
	for (unsigned seed = 1; seed <= RT_SCALE(SEEDS); seed++) {
		set_seed(seed);
		rt_run(2, "steal=aged:50us,preempt=none", lie_in_runnext, &young);
		assert_int_equal(rt_stats().stolen_runnext, 0);
		assert_true(ran_at - ready_at >= young);
		rt_run(2, "steal=aged:50us,preempt=none", lie_in_runnext, &old);
		assert_int_equal(rt_stats().stolen_runnext, 1);
		assert_true(ran_at - ready_at >= 50 * DY_US);
		assert_true(ran_at - ready_at < old);
	}
}

// Not even when it is old and the other P has nothing else to do.
static void test_a_runnext_may_be_nobodys_but_its_ps(void **state)
{
	uint64_t old = 300 * DY_US;

	(void)state;
	for (unsigned seed = 1; seed <= RT_SCALE(SEEDS); seed++) {
		set_seed(seed);
		rt_run(2, "steal=half,preempt=none", lie_in_runnext, &old);
		assert_int_equal(rt_stats().stolen_runnext, 0);
		assert_true(rt_stats().steals_tried > 0);
		assert_true(ran_at - ready_at >= old);
	}
}

static void test_global_queues(void **state)
{
	(void)state;
	under_all_seeds(homes, "global=sharded:3");
	under_all_seeds(homes, "global=sharded:1,place=global");
	under_all_seeds(forks, "global=sharded:2,place=global");
	under_all_seeds(calls, "global=sharded:2");
	under_all_seeds(calls, "global=sharded,syscall=handoff,idle=park");
}

static void test_thefts(void **state)
{
	(void)state;
	under_all_seeds(forks, "steal=half");
	under_all_seeds(homes, "steal=near:2");
	under_all_seeds(forks, "steal=half-tail");
	under_all_seeds(homes, "steal=half-tail,place=tail");
	under_all_seeds(forks, "steal=half-tail,queue=lifo,place=workfirst");
	under_all_seeds(forks, "steal=half-tail,queue=stamped");
}

static void test_idles(void **state)
{
	static const char *const idle[] = {
		"idle=park",       "idle=park,steal=one", "idle=spin:5us",
		"idle=spin:300us", "idle=eager",          "tokio",
		"caladan"};

	(void)state;
	for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++) {
		under_all_seeds(homes, idle[i]);
		under_all_seeds(forks, idle[i]);
		under_all_seeds(calls, idle[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_syscalls),
		cmocka_unit_test(test_idles),
		cmocka_unit_test(test_global_queues),
		cmocka_unit_test(test_thefts),
		cmocka_unit_test(test_a_runnext_is_left_until_it_has_aged),
		cmocka_unit_test(test_a_runnext_may_be_nobodys_but_its_ps),
		cmocka_unit_test(test_idle_does_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
