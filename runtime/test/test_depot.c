// test_depot.c - free objects are each in one place: got once, none lost, the
// one put last first; alone, between two caches, and with threads at it.
#include <pthread.h>
#include <string.h>

#include "base/depot.h"
#include "rt.h"

enum { OBJECTS = 10 * CHAIN + 7, THREADS = 4, ROUNDS = 20000 };

struct object {
	uint32_t taken; // by the thread that has it
	struct free_link free;
};

static struct depot depot;
static struct object object[OBJECTS];

static struct object *of_link(struct free_link *o)
{
	return o ? (struct object *)((char *)o - offsetof(struct object, free))
	         : NULL;
}

static struct object *take(struct cache *c)
{
	struct object *o = of_link(cache_get(c, &depot));

	if (o) {
		rt_check(o->taken == 0);
		o->taken = 1;
	}
	return o;
}

static void give(struct cache *c, struct object *o)
{
	rt_check(o->taken == 1);
	o->taken = 0;
	cache_put(c, &depot, &o->free);
}

static int start(void **state)
{
	(void)state;
	memset(&depot, 0, sizeof depot);
	for (int i = 0; i < OBJECTS; i++)
		object[i] = (struct object){.taken = 1};
	return 0;
}

static void expect_all_in(struct cache *c)
{
	uint32_t n = 0;

	assert_int_equal(cache_len(c) + w32_load_own(&depot.count), OBJECTS);
	while (take(c))
		n++;
	assert_int_equal(n, OBJECTS);
	assert_int_equal(cache_len(c), 0);
	assert_int_equal(w32_load_own(&depot.count), 0);
}

static void test_a_cache_is_last_in_first_out(void **state)
{
	struct cache c = {0};

	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		give(&c, &object[i]);
	// The chain that is being filled and the one before it: in order.
	for (int i = OBJECTS - 1; i >= OBJECTS - 7 - CHAIN; i--)
		assert_ptr_equal(take(&c), &object[i]);
	assert_int_equal(w32_load_own(&depot.count), OBJECTS - 7 - CHAIN);
	for (int i = OBJECTS - 7 - CHAIN; i < OBJECTS; i++)
		give(&c, &object[i]);
	expect_all_in(&c);
}

static void test_what_one_cache_gives_another_gets(void **state)
{
	struct cache from = {0}, to = {0};
	uint32_t n = 0;

	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		give(&from, &object[i]);
	while (take(&to))
		n++;
	assert_int_equal(n + cache_len(&from), OBJECTS);
	assert_true(cache_len(&from) <= 2 * CHAIN);
	cache_empty(&from, &depot);
	while (take(&to))
		n++;
	assert_int_equal(n, OBJECTS);
}

static void test_a_full_cache_gives_and_takes_without_the_depot(void **state)
{
	struct cache c = {0};

	(void)state;
	for (int i = 0; i < 2 * CHAIN; i++)
		give(&c, &object[i]);
	lock_acquire(&depot.lock); // who comes here would wait for ever
	for (int i = 0; i < CHAIN + 1; i++)
		assert_non_null(take(&c));
	for (int i = CHAIN - 1; i < 2 * CHAIN; i++)
		give(&c, &object[i]);
	lock_release(&depot.lock);
	assert_int_equal(cache_len(&c), 2 * CHAIN);
}

static void test_loose_ones_come_from_chains_too(void **state)
{
	struct cache c = {0};
	int n = 0;

	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		give(&c, &object[i]);
	while (depot_take_loose(&depot))
		n++;
	assert_int_equal(n + (int)cache_len(&c), OBJECTS);
	assert_int_equal(w32_load_own(&depot.count), 0);
}

static void test_the_low_mark_is_the_fewest_since_it_was_set(void **state)
{
	struct cache c = {0};

	(void)state;
	assert_int_equal(w32_load_own(&depot.low), 0);
	for (int i = 0; i < OBJECTS; i++)
		give(&c, &object[i]);
	cache_empty(&c, &depot);
	assert_int_equal(w32_load_own(&depot.low), 0);
	depot_watch(&depot);
	assert_int_equal(w32_load_own(&depot.low), OBJECTS);
	for (int i = 0; i < CHAIN; i++)
		give(&c, take(&c)); // a chain, kept
	cache_empty(&c, &depot);
	assert_int_equal(w32_load_own(&depot.count), OBJECTS);
	assert_int_equal(w32_load_own(&depot.low), OBJECTS - CHAIN);
	depot_take_loose(&depot);
	assert_int_equal(w32_load_own(&depot.low), OBJECTS - CHAIN);
	depot_watch(&depot);
	assert_int_equal(w32_load_own(&depot.low), OBJECTS - 1);
	depot_take_loose(&depot);
	assert_int_equal(w32_load_own(&depot.low), OBJECTS - 2);
}

// Takes and gives at random; what is taken is marked, so that a second taker
// is seen, by ThreadSanitizer even if the two do not meet.
static void *work(void *arg)
{
	struct cache c = {0};
	struct object *mine[3 * CHAIN];
	uint32_t n = 0, random = (uint32_t)(uintptr_t)arg;

	for (int i = 0; i < RT_SCALE(ROUNDS); i++) {
		struct object *o = NULL;

		random = random * 1664525 + 1013904223;
		if (n < 3 * CHAIN && random >> 31)
			o = take(&c);
		if (o)
			mine[n++] = o;
		else if (n > 0)
			give(&c, mine[--n]);
		if (random % 1024 == 0)
			cache_empty(&c, &depot);
	}
	while (n > 0)
		give(&c, mine[--n]);
	cache_empty(&c, &depot);
	return NULL;
}

static void test_threads_lose_none_and_share_none(void **state)
{
	struct cache c = {0};
	pthread_t thread[THREADS];

	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		give(&c, &object[i]);
	cache_empty(&c, &depot);
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, work,
		                                (void *)(i + 1)),
		                 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	expect_all_in(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_cache_is_last_in_first_out, start),
		cmocka_unit_test_setup(test_what_one_cache_gives_another_gets,
	                               start),
		cmocka_unit_test_setup(
			test_a_full_cache_gives_and_takes_without_the_depot,
			start),
		cmocka_unit_test_setup(test_loose_ones_come_from_chains_too,
	                               start),
		cmocka_unit_test_setup(
			test_the_low_mark_is_the_fewest_since_it_was_set, start),
		cmocka_unit_test_setup(test_threads_lose_none_and_share_none,
	                               start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
