// test_preempt_state.c - a goroutine that is preempted between two instructions
// finds every register of the processor as it was, over thousands of
// preemptions and changes of thread; and it takes nothing of its thread along.
// state_<architecture>.c has the registers.
#define _GNU_SOURCE
#include <dyno/sync.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "bare_loops.h"
#include "sched/m.h"
#include "state.h"

enum { GOROUTINES = 5, PREEMPTIONS = RT_SCALE(3000), LOOPS = 300000 };

static const struct keeper *keeper;
static struct dy_waitgroup wg;
static struct dy_w32 moves; // times that a loop ended on another M
static int procs;

static bool enough(uint64_t preemptions)
{
	return rt_stats().preempts_signal >= preemptions &&
	       (procs == 1 || w32_load_acq(&moves) > 0);
}

static void note_move(const struct m *before)
{
	if (port_m() != before)
		w32_add_ar(&moves, 1);
}

static void run_five(void *fn)
{
	w32_store_rel(&moves, 0);
	dy_wg_add(&wg, GOROUTINES);
	for (uintptr_t i = 0; i < GOROUTINES; i++)
		dy_go(*(dy_fn *)fn, (void *)i);
	dy_wg_wait(&wg);
}

//---------------------------------------------------------------------------
// What is the goroutine's
//---------------------------------------------------------------------------

static void keep_and_compare(void *arg)
{
	struct rand r = rand_stream(1, (uint64_t)(uintptr_t)arg);

	while (!enough(PREEMPTIONS)) {
		char in[IMAGE_MAX] __attribute__((aligned(IMAGE_ALIGNMENT)));
		char out[IMAGE_MAX] __attribute__((aligned(IMAGE_ALIGNMENT)));
		const struct m *before = port_m();

		memset(in, 0, keeper->size);
		memset(out, 0, keeper->size);
		keeper->fill(in, &r);
		keeper->keep(in, out, LOOPS);
		rt_check(memcmp(in, out, keeper->size) == 0);
		note_move(before);
	}
	dy_wg_done(&wg);
}

static void test_state_survives(void **state)
{
	dy_fn fn = keep_and_compare;

	keeper = *state;
	if (!keeper->supported())
		skip(); // the vectors of a processor that is not this one
	for (procs = 1; procs <= 2; procs++)
		rt_run(procs, "preempt=sysmon:20us", run_five, &fn);
}

//---------------------------------------------------------------------------
// What is the thread's: signal mask and signal stack
//---------------------------------------------------------------------------

enum { MARKS = 16 };

// Each M blocks a signal of its own.
static void mark_thread(void *arg, int m)
{
	sigset_t mask;

	(void)arg;
	sigemptyset(&mask);
	sigaddset(&mask, SIGRTMIN + m % MARKS);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

static void check_thread(void)
{
	const struct m *mp = port_m();
	sigset_t mask;
	stack_t stack;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	for (int i = 0; i < MARKS; i++)
		rt_check(sigismember(&mask, SIGRTMIN + i) ==
		         (i == mp->id % MARKS));
	sigaltstack(NULL, &stack);
	rt_check(stack.ss_sp == mp->thread.alt_stack && stack.ss_flags == 0);
}

static void move_and_check(void *arg)
{
	(void)arg;
	while (!enough(PREEMPTIONS / 10)) {
		const struct m *before = port_m();

		spin(LOOPS);
		check_thread();
		note_move(before);
	}
	dy_wg_done(&wg);
}

static void test_what_is_the_threads_stays_there(void **state)
{
	struct dy_config cfg = rt_config(2, "preempt=sysmon:20us");
	dy_fn fn = move_and_check;
	sigset_t before;

	(void)state;
	procs = 2;
	cfg.hooks.m_start = mark_thread;
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	rt_run_config(cfg, run_five, &fn);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int main(void)
{
	struct CMUnitTest tests[8] = {
		cmocka_unit_test(test_what_is_the_threads_stays_there),
	};

	for (size_t i = 0; i < nkeepers; i++) {
		tests[i + 1].name = keepers[i].name;
		tests[i + 1].test_func = test_state_survives;
		tests[i + 1].initial_state = (void *)(uintptr_t)&keepers[i];
	}
	return _cmocka_run_group_tests("preempt_state", tests, nkeepers + 1,
	                               NULL, NULL);
}
