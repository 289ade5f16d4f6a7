// test_spawn.c - goroutines begin and end: each once, on recycled stacks, with
// ids of their own, and from any depth.
#include <dyno/sync.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rand.h"
#include "port/atomic.h"
#include "rt.h"

static struct dy_waitgroup wg;
static struct dy_w64 ran;

static void run_once(void *arg)
{
	(void)arg;
	w64_add_rlx(&ran, 1);
	dy_wg_done(&wg);
}

//---------------------------------------------------------------------------
// Many, one after the other
//---------------------------------------------------------------------------

enum { STORM = RT_SCALE(1000000), BATCH = 100 };

static void spawn_in_batches(void *arg)
{
	struct dy_stats s;

	(void)arg;
	for (int i = 0; i < STORM; i += BATCH) {
		dy_wg_add(&wg, BATCH);
		for (int j = 0; j < BATCH; j++)
			dy_go(run_once, NULL);
		dy_wg_wait(&wg);
	}
	rt_join();
	s = rt_stats();
	rt_check(s.spawns == STORM + 1 && s.exits == STORM && s.g_now == 1);
}

static void expect_storm(int procs, const char *policy)
{
	struct dy_stats s;

	w64_store_rel(&ran, 0);
	rt_run(procs, policy, spawn_in_batches, NULL);
	s = rt_stats();
	assert_int_equal(w64_load_acq(&ran), STORM);
	assert_int_equal(s.spawns, STORM + 1);
	assert_int_equal(s.exits, s.spawns);
	assert_int_equal(s.g_now, 0);
	// Every goroutine that ran had a stack, and nearly all had a warm one.
	assert_int_equal(s.stacks_carved + s.stacks_reused + s.stacks_inherited,
	                 s.spawns);
	assert_true(s.stacks_carved < 500);
	assert_true(s.g_records < 2000);
}

static void test_a_storm_reuses_stacks_and_records(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2)
		expect_storm(procs, NULL);
	expect_storm(4, "steal=one,global=always,preempt=sysmon:20us");
}

//---------------------------------------------------------------------------
// Many at once
//---------------------------------------------------------------------------

enum { BURST = RT_SCALE(100000) };

static struct dy_waitgroup all_here, go_on;
static uint64_t *id;

static void be_there(void *arg)
{
	size_t i = (size_t)(uintptr_t)arg;

	id[i] = dy_goid();
	dy_wg_done(&all_here);
	dy_wg_wait(&go_on);
	rt_check(dy_goid() == id[i]);
	dy_wg_done(&wg);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void burst(void *arg)
{
	(void)arg;
	all_here = go_on = wg = (struct dy_waitgroup){0};
	dy_wg_add(&all_here, BURST);
	dy_wg_add(&go_on, 1);
	dy_wg_add(&wg, BURST);
	for (uintptr_t i = 0; i < BURST; i++)
		dy_go(be_there, (void *)i);
	dy_wg_wait(&all_here);
	rt_check(dy_num_goroutine() == BURST + 1);
	dy_wg_done(&go_on);
	dy_wg_wait(&wg);
	rt_join();
}

static void test_a_burst_lives_at_once_with_ids_of_their_own(void **state)
{
	(void)state;
	id = calloc(BURST, sizeof *id);
	assert_non_null(id);
	for (int procs = 1; procs <= 2; procs++) {
		rt_run(procs, NULL, burst, NULL);
		assert_int_equal(rt_stats().exits, BURST + 1);
		qsort(id, BURST, sizeof *id, by_value);
		assert_true(id[0] > 0);
		for (size_t i = 1; i < BURST; i++)
			assert_true(id[i] > id[i - 1]);
	}
	free(id);
}

//---------------------------------------------------------------------------
// Trees: spawned by the spawned
//---------------------------------------------------------------------------

enum { DEPTH = 12 };

static void grow(void *arg)
{
	uintptr_t depth = (uintptr_t)arg;

	w64_add_rlx(&ran, 1);
	if (depth > 0) {
		dy_wg_add(&wg, 2);
		dy_go(grow, (void *)(depth - 1));
		dy_go(grow, (void *)(depth - 1));
	}
	dy_wg_done(&wg);
}

static void grow_tree(void *arg)
{
	(void)arg;
	w64_store_rel(&ran, 0);
	dy_wg_add(&wg, 1);
	dy_go(grow, (void *)(uintptr_t)DEPTH);
	dy_wg_wait(&wg);
	rt_check(w64_load_acq(&ran) == (2 << DEPTH) - 1);
}

static void test_a_tree_grows_to_its_full_size(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2)
		rt_run(procs, NULL, grow_tree, NULL);
}

//---------------------------------------------------------------------------
// Ending early
//---------------------------------------------------------------------------

static volatile bool leave_early = true;

__attribute__((noinline)) static int exit_at(volatile int depth)
{
	if (depth > 0)
		return exit_at(depth - 1) + depth;
	dy_wg_done(&wg);
	if (leave_early)
		dy_exit();
	return 0;
}

static void exit_deep(void *arg)
{
	rt_check(exit_at((int)(intptr_t)arg) < 0); // it does not return
}

static void exit_at_many_depths(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(20000); i += BATCH) {
		dy_wg_add(&wg, BATCH);
		for (intptr_t j = 0; j < BATCH; j++)
			dy_go(exit_deep, (void *)j);
		dy_wg_wait(&wg);
	}
	rt_join();
}

static void test_exit_ends_a_goroutine_at_any_depth(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, NULL, exit_at_many_depths, NULL);
		assert_int_equal(rt_stats().exits, RT_SCALE(20000) + 1);
	}
}

//---------------------------------------------------------------------------
// Stacks
//---------------------------------------------------------------------------

// Uses most of a stack of this size, twice, across a switch.
static void use_stack(void *arg)
{
	size_t size = (size_t)(uintptr_t)arg - 8192;
	volatile char *room = __builtin_alloca(size);

	for (size_t i = 0; i < size; i += 512)
		room[i] = (char)(i / 512);
	dy_yield();
	for (size_t i = 0; i < size; i += 512)
		rt_check(room[i] == (char)(i / 512));
	dy_wg_done(&wg);
}

static void use_many_sizes(void *arg)
{
	static const size_t sizes[] = {16384,  32768,   65536,
	                               262144, 1 << 20, 8 << 20};
	struct rand r = rand_stream(5, 0);

	(void)arg;
	for (int i = 0; i < RT_SCALE(5000); i++) {
		size_t size = sizes[rand_below(&r, 6)];

		dy_wg_add(&wg, 1);
		dy_go_stack(use_stack, (void *)size, size);
		if (i % 16 == 0)
			dy_wg_wait(&wg);
	}
	dy_wg_wait(&wg);
}

static void test_a_stack_is_as_large_as_asked_for(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, NULL, use_many_sizes, NULL);
		assert_true(rt_stats().stacks_carved < 200);
	}
}

static void use_default_stack(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 1);
	dy_go(use_stack, (void *)(uintptr_t)(1 << 19));
	dy_wg_wait(&wg);
}

static void test_the_default_size_is_configured(void **state)
{
	struct dy_config cfg = rt_config(1, NULL);

	(void)state;
	cfg.stack_size = (1 << 18) + 1; // rounded up to the next power of two
	rt_run_config(cfg, use_default_stack, NULL);
	cfg.stack_guard = DY_GUARD_NEVER;
	rt_run_config(cfg, use_default_stack, NULL);
	cfg.stack_guard = DY_GUARD_ALWAYS;
	rt_run_config(cfg, use_default_stack, NULL);
}

static void ask_for_too_much(void *arg)
{
	(void)arg;
	dy_go_stack(use_stack, NULL, (size_t)1 << 31);
}

// Each call takes its place on the stack, with no end.
__attribute__((noinline)) static int fall(volatile char *below)
{
	volatile char room[512];

	room[0] = 1;
	return below && below[0] == 0 ? 0 : fall(room) + room[0];
}

static void fall_over_the_end(void *arg)
{
	(void)arg;
	fall(NULL);
}

static void fall_elsewhere(void *arg)
{
	dy_go(fall_over_the_end, arg);
	for (;;)
		dy_yield();
}

static void test_the_end_of_a_stack_is_guarded(void **state)
{
	struct dy_config cfg = rt_config(2, NULL);

	(void)state;
#ifdef RT_SANITIZED
	skip(); // the sanitizers report it in their own words
#endif
	rt_expect_fatal(cfg, fall_over_the_end, 2, "fatal error: stack overflow");
	assert_non_null(
		strstr(rt_last_words(), "exceeds its stack of 65536 bytes"));
	cfg.stack_guard = DY_GUARD_ALWAYS;
	rt_expect_fatal(cfg, fall_elsewhere, 2, "fatal error: stack overflow");
}

static void test_impossible_stacks_are_fatal(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), ask_for_too_much, 2, "1 GiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_storm_reuses_stacks_and_records),
		cmocka_unit_test(test_a_burst_lives_at_once_with_ids_of_their_own),
		cmocka_unit_test(test_a_tree_grows_to_its_full_size),
		cmocka_unit_test(test_exit_ends_a_goroutine_at_any_depth),
		cmocka_unit_test(test_a_stack_is_as_large_as_asked_for),
		cmocka_unit_test(test_the_default_size_is_configured),
		cmocka_unit_test(test_the_end_of_a_stack_is_guarded),
		cmocka_unit_test(test_impossible_stacks_are_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
