// test_rwmutex.c - the read-write mutex: who excludes whom, who goes first.
#include <dyno/chan.h>
#include <dyno/sync.h>

#include "procs.h"
#include "sched/sched.h"

static struct dy_rwmutex rw;
static struct dy_waitgroup wg;
static struct dy_w32 inside; // readers, and writers times WRITER

enum { WRITER = 10000, ROUNDS = RT_SCALE(2000) };

static void linger(void)
{
	for (int i = 0; i < 10; i++)
		dy_poll();
	dy_yield();
}

static void read_often(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t n;

		if (i % 10 == 0 && !dy_rwmutex_try_rlock(&rw))
			continue;
		if (i % 10 != 0)
			dy_rwmutex_rlock(&rw);
		n = w32_add_ar(&inside, 1);
		rt_check(n >= 1 && n < WRITER);
		if (i % 100 == 0)
			linger();
		w32_add_ar(&inside, (uint32_t)-1);
		dy_rwmutex_runlock(&rw);
	}
	dy_wg_done(&wg);
}

static void write_often(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		if (i % 10 == 0 && !dy_rwmutex_trylock(&rw))
			continue;
		if (i % 10 != 0)
			dy_rwmutex_lock(&rw);
		rt_check(w32_add_ar(&inside, WRITER) == WRITER);
		if (i % 100 == 0)
			linger();
		w32_add_ar(&inside, (uint32_t)-WRITER);
		dy_rwmutex_unlock(&rw);
	}
	dy_wg_done(&wg);
}

static void hammer(void *arg)
{
	static const int readers[] = {1, 3, 10};

	(void)arg;
	for (int k = 0; k < 3; k++) {
		dy_wg_add(&wg, readers[k] + 2);
		dy_go(write_often, NULL);
		for (int i = 0; i < readers[k] / 2; i++)
			dy_go(read_often, NULL);
		dy_go(write_often, NULL);
		for (int i = readers[k] / 2; i < readers[k]; i++)
			dy_go(read_often, NULL);
		dy_wg_wait(&wg);
		rt_check(dy_rwmutex_trylock(&rw));
		dy_rwmutex_unlock(&rw);
	}
}

static void test_a_writer_excludes_everybody(void **state)
{
	(void)state;
	at_all_procs(hammer);
}

static struct dy_chan *locked, *unlock;

static void hold_for_reading(void *arg)
{
	(void)arg;
	dy_rwmutex_rlock(&rw);
	dy_chan_send(locked, NULL);
	dy_chan_recv(unlock, NULL);
	dy_rwmutex_runlock(&rw);
	dy_wg_done(&wg);
}

// All readers are inside at once, or this never ends.
static void read_together(void *arg)
{
	enum { READERS = 10 };

	(void)arg;
	locked = dy_chan_make(0, 0);
	unlock = dy_chan_make(0, 0);
	dy_wg_add(&wg, READERS);
	for (int i = 0; i < READERS; i++)
		dy_go(hold_for_reading, NULL);
	for (int i = 0; i < READERS; i++)
		dy_chan_recv(locked, NULL);
	for (int i = 0; i < READERS; i++)
		dy_chan_send(unlock, NULL);
	dy_wg_wait(&wg);
	dy_chan_free(locked);
	dy_chan_free(unlock);
}

static void test_readers_read_together(void **state)
{
	(void)state;
	at_all_procs(read_together);
}

static int order[3], n_order;

static void write_second(void *arg)
{
	(void)arg;
	dy_rwmutex_lock(&rw);
	order[n_order++] = 2;
	dy_rwmutex_unlock(&rw);
	dy_wg_done(&wg);
}

static void read_third(void *arg)
{
	(void)arg;
	dy_rwmutex_rlock(&rw);
	order[n_order++] = 3;
	dy_rwmutex_runlock(&rw);
	dy_wg_done(&wg);
}

// A reader that comes while a writer waits does not overtake it, though other
// readers hold the lock.
static void prefer_the_writer(void *arg)
{
	(void)arg;
	n_order = 0;
	dy_wg_add(&wg, 2);
	dy_rwmutex_rlock(&rw);
	dy_go(write_second, NULL);
	while (dy_rwmutex_try_rlock(&rw)) {
		dy_rwmutex_runlock(&rw);
		dy_yield();
	}
	dy_go(read_third, NULL);
	for (int i = 0; i < 100; i++)
		dy_yield();
	rt_check(n_order == 0);
	rt_check(!dy_rwmutex_trylock(&rw));
	order[n_order++] = 1;
	dy_rwmutex_runlock(&rw);
	dy_wg_wait(&wg);
	for (int i = 0; i < 3; i++)
		rt_check(order[i] == i + 1);
}

static void test_a_waiting_writer_goes_before_new_readers(void **state)
{
	(void)state;
	at_all_procs(prefer_the_writer);
}

static void runlock_unlocked(void *arg)
{
	(void)arg;
	dy_rwmutex_runlock(&rw);
}

static void runlock_write_locked(void *arg)
{
	(void)arg;
	dy_rwmutex_lock(&rw);
	dy_rwmutex_runlock(&rw);
}

static void unlock_unlocked(void *arg)
{
	(void)arg;
	dy_rwmutex_unlock(&rw);
}

static void unlock_read_locked(void *arg)
{
	(void)arg;
	dy_rwmutex_rlock(&rw);
	dy_rwmutex_unlock(&rw);
}

static void test_misuse_is_fatal(void **state)
{
	struct dy_config cfg = rt_config(2, NULL);

	(void)state;
	rt_expect_fatal(cfg, runlock_unlocked, 2,
	                "fatal error: sync: RUnlock of unlocked RWMutex");
	rt_expect_fatal(cfg, runlock_write_locked, 2,
	                "fatal error: sync: RUnlock of unlocked RWMutex");
	rt_expect_fatal(cfg, unlock_unlocked, 2,
	                "fatal error: sync: Unlock of unlocked RWMutex");
	rt_expect_fatal(cfg, unlock_read_locked, 2,
	                "fatal error: sync: Unlock of unlocked RWMutex");
}

static void lock_twice(void *arg)
{
	(void)arg;
	dy_rwmutex_lock(&rw);
	dy_rwmutex_rlock(&rw);
}

static void lock_while_read(void *arg)
{
	(void)arg;
	dy_rwmutex_rlock(&rw);
	dy_rwmutex_lock(&rw);
}

static void test_waits_have_go_s_names(void **state)
{
	struct dy_config cfg = rt_config(1, NULL);

	(void)state;
	rt_expect_fatal(cfg, lock_twice, 2, "[sync.RWMutex.RLock");
	rt_expect_fatal(cfg, lock_while_read, 2, "[sync.RWMutex.Lock");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_writer_excludes_everybody),
		cmocka_unit_test(test_readers_read_together),
		cmocka_unit_test(test_a_waiting_writer_goes_before_new_readers),
		cmocka_unit_test(test_misuse_is_fatal),
		cmocka_unit_test(test_waits_have_go_s_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
