// test_sync.c - mutex, semaphore and wait group: exclusion, fairness, permits
// that add up, and misuse that is fatal.
#include <dyno/sync.h>
#include <dyno/time.h>

#include "lang/sema.h"
#include "port/atomic.h"
#include "rt.h"

enum { MANY = 50, TIMES = RT_SCALE(2000) };

static struct dy_mutex mutex;
static struct dy_sema sema;
static struct dy_waitgroup wg;
static uint64_t counter; // under mutex, or under the one permit of sema

static int start(void **state)
{
	(void)state;
	mutex = (struct dy_mutex){0};
	sema = (struct dy_sema){0};
	wg = (struct dy_waitgroup){0};
	counter = 0;
	return 0;
}

static void spawn_and_wait(int n, dy_fn fn)
{
	dy_wg_add(&wg, n);
	for (int i = 0; i < n; i++)
		dy_go(fn, NULL);
	dy_wg_wait(&wg);
}

//---------------------------------------------------------------------------
// Mutex
//---------------------------------------------------------------------------

// Reads, lets others run, writes: without exclusion, additions are lost.
static void count_up(int i)
{
	uint64_t seen = counter;

	if (i % 8 == 0)
		dy_yield();
	counter = seen + 1;
}

static void count_under_mutex(void *arg)
{
	(void)arg;
	for (int i = 0; i < TIMES; i++) {
		if (i % 5 || !dy_mutex_trylock(&mutex))
			dy_mutex_lock(&mutex);
		count_up(i);
		dy_mutex_unlock(&mutex);
	}
	dy_wg_done(&wg);
}

static void hammer_mutex(void *arg)
{
	(void)arg;
	spawn_and_wait(MANY, count_under_mutex);
	rt_check(counter == (uint64_t)MANY * TIMES);
	rt_check(dy_mutex_trylock(&mutex));
}

static void test_a_mutex_excludes(void **state)
{
	for (int procs = 1; procs <= 8; procs *= 2) {
		start(state);
		rt_run(procs, NULL, hammer_mutex, NULL);
	}
}

enum { HOG_ROUNDS = 20000 }; // two seconds and more

static struct dy_w32 hog_ends;

static void hog(void *arg)
{
	int rounds = 0;

	while (w32_load_acq(&hog_ends) == 0 && rounds < HOG_ROUNDS) {
		dy_mutex_lock(&mutex);
		dy_work(100 * DY_US);
		dy_mutex_unlock(&mutex);
		rounds++;
	}
	*(int *)arg = rounds;
	dy_wg_done(&wg);
}

// Against a hog that relocks at once, a sleeper gets it ten times: it must be
// handed over to the one who waits.
static void share_with_hog(void *arg)
{
	int rounds = 0;

	(void)arg;
	w32_store_rel(&hog_ends, 0);
	dy_wg_add(&wg, 1);
	dy_go(hog, &rounds);
	for (int i = 0; i < 10; i++) {
		dy_sleep(100 * DY_US);
		dy_mutex_lock(&mutex);
		dy_mutex_unlock(&mutex);
	}
	w32_store_rel(&hog_ends, 1);
	dy_wg_wait(&wg);
	rt_check(rounds < HOG_ROUNDS);
}

static void test_a_hog_cannot_keep_a_mutex(void **state)
{
	(void)state;
	rt_run(1, NULL, share_with_hog, NULL);
	rt_run(2, "preempt=none", share_with_hog, NULL);
	rt_run(4, "preempt=none", share_with_hog, NULL);
}

static struct dy_w32 got;

static void wait_for_mutex(void *arg)
{
	(void)arg;
	dy_mutex_lock(&mutex);
	w32_store_rel(&got, 1);
	dy_mutex_unlock(&mutex);
	dy_wg_done(&wg);
}

// On one P. A first unlock wakes the waiter, and we are faster; it has waited
// for more than 1 ms by then, so that the second hands the mutex over.
static void be_faster_once(void *arg)
{
	(void)arg;
	w32_store_rel(&got, 0);
	dy_wg_add(&wg, 1);
	dy_mutex_lock(&mutex);
	dy_go(wait_for_mutex, NULL);
	dy_sleep(3 * DY_MS);
	dy_mutex_unlock(&mutex);
	dy_mutex_lock(&mutex);
	rt_check(w32_load_acq(&got) == 0);
	dy_sleep(3 * DY_MS);
	dy_mutex_unlock(&mutex);
	rt_check(w32_load_acq(&got) == 1);
	dy_wg_wait(&wg);
	rt_check(dy_mutex_trylock(&mutex)); // and the mode is over
}

static void test_a_starving_waiter_is_handed_the_mutex(void **state)
{
	(void)state;
	rt_run(1, "preempt=none", be_faster_once, NULL);
}

static void try_lock(void *arg)
{
	(void)arg;
	rt_check(dy_mutex_trylock(&mutex));
	rt_check(!dy_mutex_trylock(&mutex));
	dy_mutex_unlock(&mutex);
	rt_check(dy_mutex_trylock(&mutex));
	dy_mutex_unlock(&mutex);
}

static void test_trylock_says_whether_it_locked(void **state)
{
	(void)state;
	rt_run(1, NULL, try_lock, NULL);
}

static void unlock_for_another(void *arg)
{
	(void)arg;
	dy_mutex_unlock(&mutex);
}

static void lock_twice(void *arg)
{
	(void)arg;
	dy_mutex_lock(&mutex);
	dy_go(unlock_for_another, NULL);
	dy_mutex_lock(&mutex);
	dy_mutex_unlock(&mutex);
}

static void test_another_goroutine_may_unlock(void **state)
{
	(void)state;
	rt_run(1, NULL, lock_twice, NULL);
}

static void unlock_unlocked(void *arg)
{
	(void)arg;
	dy_mutex_lock(&mutex);
	dy_mutex_unlock(&mutex);
	dy_mutex_unlock(&mutex);
}

static void test_unlocking_an_unlocked_mutex_is_fatal(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), unlock_unlocked, 2,
	                "fatal error: sync: unlock of unlocked mutex");
}

//---------------------------------------------------------------------------
// Semaphore
//---------------------------------------------------------------------------

static void count_under_permit(void *arg)
{
	(void)arg;
	for (int i = 0; i < TIMES; i++) {
		dy_sema_acquire(&sema);
		count_up(i);
		dy_sema_release(&sema);
	}
	dy_wg_done(&wg);
}

static void hammer_sema(void *arg)
{
	(void)arg;
	dy_sema_release(&sema);
	spawn_and_wait(MANY, count_under_permit);
	rt_check(counter == (uint64_t)MANY * TIMES);
	dy_sema_acquire(&sema);
}

static void test_one_permit_excludes(void **state)
{
	for (int procs = 1; procs <= 8; procs *= 2) {
		start(state);
		rt_run(procs, NULL, hammer_sema, NULL);
	}
}

static struct dy_w32 inside, most;

static void enter_and_leave(void *arg)
{
	(void)arg;
	for (int i = 0; i < TIMES / 10; i++) {
		uint32_t n;

		dy_sema_acquire(&sema);
		n = w32_add_ar(&inside, 1);
		if (n > w32_load_acq(&most))
			w32_store_rel(&most, n);
		dy_yield();
		w32_add_ar(&inside, (uint32_t)-1);
		dy_sema_release(&sema);
	}
	dy_wg_done(&wg);
}

static void share_three_permits(void *arg)
{
	(void)arg;
	w32_store_rel(&most, 0);
	for (int i = 0; i < 3; i++)
		dy_sema_release(&sema);
	spawn_and_wait(MANY, enter_and_leave);
	rt_check(w32_load_acq(&most) == 3);
}

static void test_permits_are_as_many_as_were_given(void **state)
{
	for (int procs = 1; procs <= 4; procs *= 2) {
		start(state);
		rt_run(procs, NULL, share_three_permits, NULL);
	}
}

static int order[MANY], n_order;

static void acquire_in_turn(void *arg)
{
	dy_sema_acquire(&sema);
	order[n_order++] = (int)(intptr_t)arg;
	dy_sema_release(&sema);
}

static void wait_in_line(void *arg)
{
	(void)arg;
	n_order = 0;
	for (intptr_t i = 0; i < MANY; i++) {
		dy_go(acquire_in_turn, (void *)i);
		dy_yield();
	}
	dy_sema_release(&sema);
	while (n_order < MANY)
		dy_yield();
	for (int i = 0; i < MANY; i++)
		rt_check(order[i] == i);
}

// On one P: who was spawned has queued when the spawner is back.
static void test_waiters_are_served_first_in_first_out(void **state)
{
	(void)state;
	rt_run(1, "go1.27", wait_in_line, NULL);
}

static struct dy_w32 ran;

static void acquire_and_tell(void *arg)
{
	(void)arg;
	sema_acquire(&sema, false, WAIT_SEMACQUIRE);
	w32_store_rel(&ran, 1);
	dy_wg_done(&wg);
}

// Whom a permit is handed runs before the giver goes on, on one P always: on
// several now and then somebody is faster at the giver's queue.
static void hand_over(void *arg)
{
	int rounds = RT_SCALE(1000), first = 0;

	(void)arg;
	for (int i = 0; i < rounds; i++) {
		uint64_t parks = rt_stats().parks;

		w32_store_rel(&ran, 0);
		dy_wg_add(&wg, 1);
		dy_go(acquire_and_tell, NULL);
		while (rt_stats().parks == parks)
			dy_yield();
		sema_release(&sema, true);
		first += w32_load_acq(&ran) != 0;
		dy_wg_wait(&wg);
	}
	rt_check(3 * first >= 2 * rounds);
	rt_check(dy_gomaxprocs(0) > 1 || first == rounds);
}

static void test_a_handed_permit_is_used_at_once(void **state)
{
	for (int procs = 1; procs <= 8; procs *= 2) {
		start(state);
		rt_run(procs, "preempt=none", hand_over, NULL);
	}
}

//---------------------------------------------------------------------------
// Wait group
//---------------------------------------------------------------------------

static void done_at_once(void *arg)
{
	dy_wg_done(arg);
}

static void done_after_yield(void *arg)
{
	dy_yield();
	dy_wg_done(arg);
}

// Each group lives on this stack, and its memory is used again at once.
static void many_groups(void *arg)
{
	(void)arg;
	for (int i = 0; i < TIMES * 5; i++) {
		struct dy_waitgroup own = {0};

		dy_wg_add(&own, 2);
		dy_go(i % 2 ? done_at_once : done_after_yield, &own);
		dy_go(i % 3 ? done_at_once : done_after_yield, &own);
		dy_wg_wait(&own);
	}
}

static void test_a_group_may_go_when_its_wait_is_over(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2)
		rt_run(procs, NULL, many_groups, NULL);
}

static struct dy_waitgroup gate;
static struct dy_w32 passed;

static void wait_at_gate(void *arg)
{
	(void)arg;
	dy_wg_wait(&gate);
	w32_add_ar(&passed, 1);
	dy_wg_done(&wg);
}

static void open_gate_again_and_again(void *arg)
{
	(void)arg;
	gate = (struct dy_waitgroup){0};
	w32_store_rel(&passed, 0);
	dy_wg_wait(&gate); // nothing to wait for
	for (uint32_t round = 1; round <= 20; round++) {
		dy_wg_add(&gate, 1);
		dy_wg_add(&wg, MANY);
		for (int i = 0; i < MANY; i++)
			dy_go(wait_at_gate, NULL);
		for (int i = 0; i < 5; i++)
			dy_yield();
		rt_check(w32_load_acq(&passed) == (round - 1) * MANY);
		dy_wg_done(&gate);
		dy_wg_wait(&wg);
		rt_check(w32_load_acq(&passed) == round * MANY);
	}
}

static void test_a_group_lets_all_waiters_go_and_serves_again(void **state)
{
	for (int procs = 1; procs <= 4; procs *= 2) {
		start(state);
		rt_run(procs, NULL, open_gate_again_and_again, NULL);
	}
}

static void done_too_often(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 1);
	dy_wg_done(&wg);
	dy_wg_done(&wg);
}

static void test_a_negative_counter_is_fatal(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), done_too_often, 2,
	                "fatal error: sync: negative WaitGroup counter");
}

#define from_zero(f) cmocka_unit_test_setup(f, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		from_zero(test_a_mutex_excludes),
		from_zero(test_a_hog_cannot_keep_a_mutex),
		from_zero(test_a_starving_waiter_is_handed_the_mutex),
		from_zero(test_trylock_says_whether_it_locked),
		from_zero(test_another_goroutine_may_unlock),
		from_zero(test_unlocking_an_unlocked_mutex_is_fatal),
		from_zero(test_one_permit_excludes),
		from_zero(test_permits_are_as_many_as_were_given),
		from_zero(test_waiters_are_served_first_in_first_out),
		from_zero(test_a_handed_permit_is_used_at_once),
		from_zero(test_a_group_may_go_when_its_wait_is_over),
		from_zero(test_a_group_lets_all_waiters_go_and_serves_again),
		from_zero(test_a_negative_counter_is_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
