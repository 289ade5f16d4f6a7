// test_run.c - a runtime begins and ends, again and again: nothing is left
// behind, whatever the goroutines were doing when main returned, hooks come in
// pairs, and what cannot be is refused.
#define _GNU_SOURCE
#include <dirent.h>
#include <dyno/chan.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "port/port.h"
#include "rt.h"

static void do_nothing(void *arg)
{
	(void)arg;
}

//---------------------------------------------------------------------------
// Again and again
//---------------------------------------------------------------------------

static int entries(const char *path)
{
	DIR *dir = opendir(path);
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void be_done(void *wg)
{
	dy_wg_done(wg);
}

static void use_everything(void *arg)
{
	struct dy_waitgroup wg = {0};
	struct dy_chan *c = dy_chan_make(1, 1);
	int h[2];

	(void)arg;
	dy_wg_add(&wg, 20);
	for (int i = 0; i < 20; i++)
		dy_go(be_done, &wg);
	rt_check(dy_pipe(h) == 0);
	dy_block(1000);
	dy_sleep(1000);
	rt_check(dy_write(h[1], "x", 1) == 1 && dy_close(h[0]) == 0 &&
	         dy_close(h[1]) == 0);
	dy_chan_send(c, "y");
	dy_wg_wait(&wg);
	dy_chan_free(c);
}

// A thread that has been joined is listed until the system is done with it.
static int threads_down_to(int enough)
{
	int n = entries("/proc/self/task");

	for (int ms = 0; n > enough && ms < 5000; ms++) {
		usleep(1000);
		n = entries("/proc/self/task");
	}
	return n;
}

static void test_nothing_is_left_behind(void **state)
{
	int fds, threads;

	(void)state;
	rt_run(4, NULL, use_everything, NULL);
	fds = entries("/proc/self/fd");
	threads = entries("/proc/self/task");
	for (int i = 0; i < RT_SCALE(200); i++)
		rt_run(1 + i % 4, NULL, use_everything, NULL);
	assert_int_equal(entries("/proc/self/fd"), fds);
	assert_in_range(threads_down_to(threads), 1, threads);
}

static void test_the_thread_is_given_back_as_it_was(void **state)
{
	static char memory[1 << 16];
	stack_t ours = {.ss_sp = memory, .ss_size = sizeof memory}, before, after;
	struct sigaction urg, pipe_before, pipe_after;

	(void)state;
	assert_int_equal(sigaltstack(&ours, &before), 0);
	assert_int_equal(prctl(PR_SET_TIMERSLACK, 12345UL, 0UL, 0UL, 0UL), 0);
	sigaction(SIGPIPE, NULL, &pipe_before);
	rt_run(2, NULL, use_everything, NULL);
	assert_int_equal(prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL), 12345);
	assert_int_equal(sigaltstack(&before, &after), 0);
	assert_ptr_equal(after.ss_sp, memory);
	assert_int_equal(after.ss_size, sizeof memory);
	sigaction(SIGPIPE, NULL, &pipe_after);
	assert_ptr_equal(pipe_after.sa_handler, pipe_before.sa_handler);
	sigaction(SIGURG, NULL, &urg);
	assert_ptr_equal(urg.sa_handler, SIG_DFL);
	assert_null(port_m());
}

static void run_inside(void *arg)
{
	(void)arg;
	rt_check(dy_run(NULL, do_nothing, NULL) == -EBUSY);
}

static void test_one_at_a_time(void **state)
{
	(void)state;
	rt_run(2, NULL, run_inside, NULL);
	rt_run(2, NULL, do_nothing, NULL);
	assert_int_equal(dy_run(NULL, do_nothing, NULL), 0);
}

//---------------------------------------------------------------------------
// What others do when main returns
//---------------------------------------------------------------------------

static struct dy_chan *chan;

static void receive(void *arg)
{
	(void)arg;
	dy_chan_recv(chan, NULL);
}

static void sleep_long(void *arg)
{
	(void)arg;
	dy_sleep(1000 * DY_S);
}

static void yield_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		dy_yield();
}

static void poll_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		dy_poll();
}

RT_WORKLOAD static void loop_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		__asm__ volatile("");
}

static void spawn_for_ever(void *arg)
{
	for (;;) {
		dy_go(do_nothing, arg);
		dy_yield();
	}
}

static void block_for_a_while(void *arg)
{
	(void)arg;
	for (;;)
		dy_block(5 * DY_MS);
}

static void read_nothing(void *arg)
{
	char c;

	dy_read(*(int *)arg, &c, 1);
}

static const dy_fn others[] = {
	receive,        sleep_long,        yield_for_ever,
	poll_for_ever,  loop_for_ever,     do_nothing,
	spawn_for_ever, block_for_a_while, read_nothing,
};

enum { OTHERS = sizeof others / sizeof others[0] };

static int h[2];

static void leave_others(void *arg)
{
	uint64_t which = *(uint64_t *)arg;

	chan = dy_chan_make(0, 0);
	rt_check(dy_pipe(h) == 0);
	for (int i = 0; i < OTHERS; i++) {
		int times = others[i] == read_nothing ? 1 : 3;

		for (int n = 0; n < times && which >> i & 1; n++)
			dy_go(others[i], h);
	}
	for (int i = 0; i < 10; i++)
		dy_yield();
	rt_check(dy_num_goroutine() >= 1);
}

static void end_among(uint64_t which, const char *policy)
{
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, policy, leave_others, &which);
		// The abandoned are not woken by a late free.
		close(h[0]);
		close(h[1]);
		free(chan);
	}
}

static void test_main_ends_it_whatever_others_do(void **state)
{
	(void)state;
	for (int i = 0; i < OTHERS; i++)
		end_among(UINT64_C(1) << i, NULL);
	end_among((1 << OTHERS) - 1, NULL);
}

static struct dy_w32 loops;

RT_WORKLOAD static void loop_and_tell(void *arg)
{
	(void)arg;
	__atomic_store_n(&loops.raw_, 1, __ATOMIC_RELEASE);
	for (;;)
		__asm__ volatile("");
}

// A loop on the other P: the one that main began on if main moves.
static void leave_a_loop(void *arg)
{
	w32_store_rel(&loops, 0);
	dy_go(loop_and_tell, NULL);
	if (*(bool *)arg)
		dy_yield();
	while (w32_load_acq(&loops) == 0)
		usleep(10);
}

// The end preempts, whatever the policy says.
static void test_main_ends_it_whatever_the_policy(void **state)
{
	static const char *const policies[] = {"go1.27", "preempt=poll",
	                                       "preempt=none"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		for (int round = 0; round < 10; round++) {
			bool move = round % 2;

			rt_run(2, policies[i], leave_a_loop, &move);
		}
	}
}

//---------------------------------------------------------------------------
// Hooks
//---------------------------------------------------------------------------

enum { MS_MAX = 1000 };

struct heard {
	struct dy_w32 started[MS_MAX], stopped[MS_MAX];
	struct dy_w32 took_p;
	struct dy_w32 faults;
};

static void fault_unless(struct heard *heard, bool fact)
{
	if (!fact)
		w32_add_ar(&heard->faults, 1);
}

static void on_start(void *arg, int m)
{
	struct heard *heard = arg;

	fault_unless(heard, m >= 0 && m < MS_MAX);
	fault_unless(heard, w32_add_ar(&heard->started[m], 1) == 1);
}

static void on_stop(void *arg, int m)
{
	struct heard *heard = arg;

	fault_unless(heard, w32_load_acq(&heard->started[m]) == 1);
	fault_unless(heard, w32_add_ar(&heard->stopped[m], 1) == 1);
}

static void on_take(void *arg, int m, int p)
{
	struct heard *heard = arg;

	fault_unless(heard, w32_load_acq(&heard->started[m]) == 1);
	fault_unless(heard, w32_load_acq(&heard->stopped[m]) == 0);
	fault_unless(heard, p >= 0 && p < 4);
	w32_add_ar(&heard->took_p, 1);
}

static void test_hooks_come_once_per_m_and_in_order(void **state)
{
	static struct heard heard;
	struct dy_config cfg = rt_config(4, NULL);
	uint32_t started = 0;

	(void)state;
	cfg.hooks = (struct dy_hooks){&heard, on_start, on_stop, on_take};
	for (int i = 0; i < 20; i++) {
		memset(&heard, 0, sizeof heard);
		rt_run_config(cfg, use_everything, NULL);
		assert_int_equal(w32_load_acq(&heard.faults), 0);
		assert_true(w32_load_acq(&heard.took_p) >= 1);
		started = 0;
		for (int m = 0; m < MS_MAX; m++) {
			assert_int_equal(w32_load_acq(&heard.started[m]),
			                 w32_load_acq(&heard.stopped[m]));
			started += w32_load_acq(&heard.started[m]);
		}
		assert_int_equal(started, rt_stats().m_peak);
	}
}

//---------------------------------------------------------------------------
// What is refused
//---------------------------------------------------------------------------

static void expect_refused(struct dy_config cfg, const char *word)
{
	char err[512] = "";

	assert_int_equal(dy_config_check(&cfg, err, sizeof err), -EINVAL);
	if (!strstr(err, word))
		fail_msg("refused without a word of \"%s\": %s", word, err);
	assert_int_equal(dy_run(&cfg, do_nothing, NULL), -EINVAL);
}

static void test_impossible_configurations_are_refused(void **state)
{
	static const uint16_t distance[4];

	(void)state;
	expect_refused((struct dy_config){.procs = -1}, "from 1 to 4096");
	expect_refused((struct dy_config){.procs = 4097}, "GOMAXPROCS is 4097");
	expect_refused((struct dy_config){.procs = 4, .m_cap = 3},
	               "at least GOMAXPROCS");
	expect_refused((struct dy_config){.procs = 1, .m_cap = -1}, "the M cap");
	expect_refused((struct dy_config){.max_threads = -1}, "thread limit");
	expect_refused((struct dy_config){.stack_size = SIZE_MAX}, "1 GiB");
	expect_refused((struct dy_config){.stack_guard = (enum dy_stack_guard)7},
	               "guard");
	expect_refused((struct dy_config){.n_distance = 2}, "distance");
	expect_refused((struct dy_config){.distance = distance, .n_distance = -2},
	               "distance");
	expect_refused((struct dy_config){.policy = "gone"}, "go1.27");
	assert_int_equal(dy_config_check(&(struct dy_config){.procs = -1}, NULL,
	                                 0),
	                 -EINVAL);
}

static void note_procs(void *arg)
{
	*(int *)arg = dy_gomaxprocs(0);
}

// 0: the environment is ignored. -1: it is refused.
static void expect_procs(const char *text, int expected)
{
	struct dy_config cfg = {0};
	int procs = -1;

	setenv("GOMAXPROCS", text, 1);
	if (expected < 0) {
		expect_refused(cfg, "GOMAXPROCS");
		return;
	}
	rt_run_config(cfg, note_procs, &procs);
	assert_int_equal(procs, expected ? expected : port_cpus());
	cfg.procs = 2; // is stronger
	rt_run_config(cfg, note_procs, &procs);
	assert_int_equal(procs, 2);
}

static void test_the_environment_sets_gomaxprocs(void **state)
{
	(void)state;
	expect_procs("3", 3);
	expect_procs("4096", 4096);
	expect_procs("", 0);
	expect_procs("0", 0);
	expect_procs("-1", 0);
	expect_procs("x", 0);
	expect_procs("3x", 0);
	expect_procs("5000", -1);
	expect_procs("99999999999999999999", -1);
	unsetenv("GOMAXPROCS");
}

static void note_seed(void *arg)
{
	*(uint64_t *)arg = dy_seed();
}

static void test_the_seed_is_given_or_drawn(void **state)
{
	struct dy_config cfg = {.procs = 1, .seed = 42};
	uint64_t seed[2];

	(void)state;
	rt_run_config(cfg, note_seed, &seed[0]);
	assert_int_equal(seed[0], 42);
	cfg.seed = 0;
	rt_run_config(cfg, note_seed, &seed[0]);
	rt_run_config(cfg, note_seed, &seed[1]);
	assert_true(seed[0] != 0 && seed[1] != 0 && seed[0] != seed[1]);
}

static void *misuse(void *arg)
{
	(void)arg;
	dy_yield();
	return NULL;
}

static void misuse_from_a_thread(void *arg)
{
	pthread_t thread;

	(void)arg;
	rt_check(pthread_create(&thread, NULL, misuse, NULL) == 0);
	pthread_join(thread, NULL);
}

static void test_a_call_from_outside_is_fatal(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), misuse_from_a_thread, 2,
	                "only goroutines");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_left_behind),
		cmocka_unit_test(test_the_thread_is_given_back_as_it_was),
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_main_ends_it_whatever_others_do),
		cmocka_unit_test(test_main_ends_it_whatever_the_policy),
		cmocka_unit_test(test_hooks_come_once_per_m_and_in_order),
		cmocka_unit_test(test_impossible_configurations_are_refused),
		cmocka_unit_test(test_the_environment_sets_gomaxprocs),
		cmocka_unit_test(test_the_seed_is_given_or_drawn),
		cmocka_unit_test(test_a_call_from_outside_is_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
