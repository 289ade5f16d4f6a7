// test_trim.c - what a burst of goroutines leaves behind goes back to the
// system, but for what is kept warm, and is there again for the next burst.
#include <dyno/sync.h>
#include <dyno/time.h>
#include <string.h>

#include "rt.h"

enum {
	CROWD = RT_SCALE(20000),
	CACHED = 64, // by a P at most
	WARM = 256,  // by all together
	DEEP = 24 * 1024,
	PATIENCE = 20 // seconds
};

static struct dy_sema gate;
static struct dy_waitgroup wg;

__attribute__((noinline)) static int use_stack(int seed)
{
	volatile char local[DEEP];

	memset((char *)local, seed, sizeof local);
	return local[0] + local[sizeof local - 1];
}

static void wait_in_the_crowd(void *arg)
{
	int seed = (int)(intptr_t)arg % 50;

	rt_check(use_stack(seed) == 2 * seed);
	dy_sema_acquire(&gate);
	rt_check(use_stack(seed) == 2 * seed);
	dy_wg_done(&wg);
}

static void await_parked(uint64_t n)
{
	while (rt_stats().parks < n)
		dy_yield();
}

// CROWD goroutines at once, and then none. Returns what was resident meanwhile.
static uint64_t burst(void)
{
	uint64_t parks = rt_stats().parks, resident;

	dy_wg_add(&wg, CROWD);
	for (int i = 0; i < CROWD; i++)
		dy_go(wait_in_the_crowd, (void *)(intptr_t)i);
	await_parked(parks + CROWD);
	resident = dy_resident_bytes();
	for (int i = 0; i < CROWD; i++)
		dy_sema_release(&gate);
	dy_wg_wait(&wg);
	return resident;
}

// How many stacks have memory, as long as no empty one was taken again.
static uint64_t stacks_warm(void)
{
	struct dy_stats s = rt_stats();

	return s.stacks_carved - s.stacks_trimmed;
}

// Everybody sleeps meanwhile: who gives the memory back must be awake.
static void await_trimmed(uint64_t warm)
{
	for (int s = 0; s < PATIENCE && stacks_warm() > warm; s++)
		dy_sleep(DY_S);
	rt_check(stacks_warm() <= warm);
}

static void bursts(void *arg)
{
	uint64_t before = dy_resident_bytes(), most, after;
	int procs = dy_gomaxprocs(0);
	uint64_t carved;

	(void)arg;
	wg = (struct dy_waitgroup){0};
	gate = (struct dy_sema){0};
	most = burst();
	carved = rt_stats().stacks_carved;
	rt_check(carved >= CROWD);
	await_trimmed(WARM + CACHED * (uint64_t)procs + 1); // and main's
	after = dy_resident_bytes();
	burst();
	rt_check(rt_stats().stacks_carved < carved + CACHED * (uint64_t)procs);
#if !defined(RT_SANITIZED) && !defined(RT_EMULATED) // whose own memory counts
	if (before != 0) {                          // the system tells
		rt_check(most > before + (uint64_t)CROWD * DEEP);
		rt_check(after < before + (most - before) / 4);
	}
#else
	(void)before, (void)most, (void)after;
#endif
}

static void test_a_burst_goes_back(void **state)
{
	(void)state;
	rt_run(1, NULL, bursts, NULL);
	rt_run(4, NULL, bursts, NULL);
}

// Other sizes have no cache, and fewer of them stay.
static void large_ones(void *arg)
{
	enum { LARGE = 1 << 20, MANY = 100, KEPT = 16 };
	uint64_t parks = rt_stats().parks;

	(void)arg;
	wg = (struct dy_waitgroup){0};
	gate = (struct dy_sema){0};
	dy_wg_add(&wg, MANY);
	for (int i = 0; i < MANY; i++)
		dy_go_stack(wait_in_the_crowd, (void *)(intptr_t)i, LARGE);
	await_parked(parks + MANY);
	for (int i = 0; i < MANY; i++)
		dy_sema_release(&gate);
	dy_wg_wait(&wg);
	await_trimmed(KEPT + 1); // and main's
}

static void test_large_stacks_go_back(void **state)
{
	(void)state;
	rt_run(2, NULL, large_ones, NULL);
}

// Small bursts, never a second apart: what the next one wants stays.
static void bursts_in_a_row(void *arg)
{
	enum { MANY = 1000 };

	(void)arg;
	wg = (struct dy_waitgroup){0};
	gate = (struct dy_sema){0};
	for (int i = 0; i < 30; i++) {
		uint64_t parks = rt_stats().parks;

		dy_wg_add(&wg, MANY);
		for (int k = 0; k < MANY; k++)
			dy_go(wait_in_the_crowd, (void *)(intptr_t)k);
		await_parked(parks + MANY);
		for (int k = 0; k < MANY; k++)
			dy_sema_release(&gate);
		dy_wg_wait(&wg);
		dy_sleep(100 * DY_MS);
	}
	rt_check(rt_stats().stacks_trimmed == 0);
	dy_sleep(3 * DY_S);
	rt_check(rt_stats().stacks_trimmed > 0 && stacks_warm() >= WARM);
}

static void test_what_is_wanted_again_stays(void **state)
{
	(void)state;
	if (dy_resident_bytes() != 0)
		skip(); // a real machine may be slow; the virtual one's time is exact
	rt_run(1, NULL, bursts_in_a_row, NULL);
	rt_run(2, NULL, bursts_in_a_row, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_burst_goes_back),
		cmocka_unit_test(test_large_stacks_go_back),
		cmocka_unit_test(test_what_is_wanted_again_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
