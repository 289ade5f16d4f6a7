// test_group.c - groups whose first failure counts, and semaphores that are held
// by amounts.
#include <dyno/chan.h>
#include <dyno/context.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>

#include "procs.h"
#include "sched/sched.h"

static struct dy_w32 active, most, ended;

//---------------------------------------------------------------------------
// Groups
//---------------------------------------------------------------------------

static void note_most(uint32_t n)
{
	uint32_t seen = w32_load_acq(&most);

	while (n > seen && !w32_cas_ar(&most, &seen, n))
		;
}

static int work_a_little(void *arg)
{
	note_most(w32_add_ar(&active, 1));
	dy_yield();
	w32_add_ar(&active, (uint32_t)-1);
	w32_add_ar(&ended, 1);
	return (int)(intptr_t)arg;
}

static void reset(void)
{
	w32_store_own(&active, 0);
	w32_store_own(&most, 0);
	w32_store_own(&ended, 0);
}

static void wait_for_all(void *arg)
{
	struct dy_group g = {0};

	(void)arg;
	reset();
	rt_check(dy_group_wait(&g) == 0);
	for (int i = 0; i < 100; i++)
		dy_group_go(&g, work_a_little, NULL);
	rt_check(dy_group_wait(&g) == 0);
	rt_check(w32_load_acq(&ended) == 100);
	rt_check(!dy_group_context(&g));
	dy_group_go(&g, work_a_little, (void *)-EIO);
	dy_group_go(&g, work_a_little, NULL);
	rt_check(dy_group_wait(&g) == -EIO);
}

static void test_a_group_waits_for_all_and_returns_a_failure(void **state)
{
	(void)state;
	at_all_procs(wait_for_all);
}

static int wait_for_the_end(void *arg)
{
	dy_chan_recv(dy_context_done(arg), NULL);
	w32_add_ar(&ended, 1);
	return dy_context_err(arg);
}

// The first failure ends the others, whose failures do not count.
static void fail_first(void *arg)
{
	struct dy_context *ctx;
	struct dy_group g;

	(void)arg;
	reset();
	rt_check(dy_group_open(&g, dy_context_background(), 0) == 0);
	ctx = dy_context_retain(dy_group_context(&g));
	for (int i = 0; i < 10; i++)
		dy_group_go(&g, wait_for_the_end, ctx);
	rt_check(dy_context_err(ctx) == 0);
	dy_group_go(&g, work_a_little, (void *)-EPIPE);
	rt_check(dy_group_wait(&g) == -EPIPE);
	rt_check(w32_load_acq(&ended) == 11);
	rt_check(dy_context_err(ctx) == -ECANCELED);
	rt_check(dy_context_cause(ctx) == -EPIPE);
	dy_context_release(ctx);
	rt_check(dy_group_open(&g, dy_context_background(), 0) == 0);
	ctx = dy_context_retain(dy_group_context(&g));
	rt_check(dy_group_wait(&g) == 0);
	rt_check(dy_context_cause(ctx) == -ECANCELED);
	dy_context_release(ctx);
}

static void test_the_first_failure_cancels_the_context(void **state)
{
	(void)state;
	at_all_procs(fail_first);
}

static void limit(void *arg)
{
	struct dy_group g;

	(void)arg;
	for (int n = 1; n <= 5; n += 2) {
		reset();
		rt_check(dy_group_open(&g, NULL, n) == 0);
		for (int i = 0; i < RT_SCALE(1000); i++)
			dy_group_go(&g, work_a_little, NULL);
		for (int i = 0; i < 100; i++)
			dy_group_try(&g, work_a_little, NULL);
		rt_check(dy_group_wait(&g) == 0);
		rt_check(w32_load_acq(&most) <= (uint32_t)n);
	}
	rt_check(dy_group_open(&g, dy_context_background(), 2) == 0);
	for (int i = 0; i < 2; i++)
		rt_check(dy_group_try(&g, wait_for_the_end, dy_group_context(&g)));
	rt_check(!dy_group_try(&g, work_a_little, NULL));
	dy_context_cancel(dy_group_context(&g), 0);
	rt_check(dy_group_wait(&g) == -ECANCELED);
}

static void test_a_limit_is_kept(void **state)
{
	(void)state;
	at_all_procs(limit);
}

//---------------------------------------------------------------------------
// Amounts
//---------------------------------------------------------------------------

static struct dy_weighted s;
static struct dy_w64 held;
static struct dy_waitgroup wg;

static void take_some(void *arg)
{
	int64_t n = (int64_t)(intptr_t)arg;

	for (int i = 0; i < RT_SCALE(1000); i++) {
		if (i % 4 == 0 && !dy_weighted_try(&s, n))
			continue;
		if (i % 4 != 0)
			rt_check(dy_weighted_acquire(&s, NULL, n) == 0);
		rt_check((int64_t)w64_add_ar(&held, (uint64_t)n) <= 10);
		if (i % 8 == 0)
			dy_yield();
		w64_add_ar(&held, (uint64_t)-n);
		dy_weighted_release(&s, n);
	}
	dy_wg_done(&wg);
}

static void hammer(void *arg)
{
	(void)arg;
	dy_weighted_init(&s, 10);
	dy_wg_add(&wg, 10);
	for (intptr_t n = 1; n <= 10; n++)
		dy_go(take_some, (void *)n);
	dy_wg_wait(&wg);
	rt_check(dy_weighted_try(&s, 10) && !dy_weighted_try(&s, 1));
	dy_weighted_release(&s, 10);
}

static void test_never_more_than_there_is(void **state)
{
	(void)state;
	at_all_procs(hammer);
}

static void take_all(void *ctx)
{
	if (dy_weighted_acquire(&s, ctx, 10) == 0) {
		w32_add_ar(&ended, 1);
		dy_weighted_release(&s, 10);
	}
	dy_wg_done(&wg);
}

static void take_one(void *arg)
{
	(void)arg;
	rt_check(dy_weighted_acquire(&s, NULL, 1) == 0);
	w32_add_ar(&ended, 1);
	dy_weighted_release(&s, 1);
	dy_wg_done(&wg);
}

static void yield_often(void)
{
	for (int i = 0; i < 200; i++)
		dy_yield();
}

// Who wants little does not overtake who wants much; when that one gives up,
// those behind it are served.
static void wait_behind(void *arg)
{
	struct dy_context *c = dy_context_with_cancel(dy_context_background());

	(void)arg;
	reset();
	dy_weighted_init(&s, 10);
	rt_check(dy_weighted_acquire(&s, NULL, 5) == 0);
	dy_wg_add(&wg, 2);
	dy_go(take_all, c);
	while (dy_weighted_try(&s, 1)) {
		dy_weighted_release(&s, 1);
		dy_yield();
	}
	dy_go(take_one, NULL);
	yield_often();
	rt_check(w32_load_acq(&ended) == 0);
	dy_context_cancel(c, 0);
	dy_wg_wait(&wg);
	rt_check(w32_load_acq(&ended) == 1);
	dy_weighted_release(&s, 5);
	dy_context_release(c);
}

static void test_amounts_are_served_in_order(void **state)
{
	(void)state;
	at_all_procs(wait_behind);
}

static void ask_wrongly(void *arg)
{
	struct dy_context *c = dy_context_with_cancel(dy_context_background());

	(void)arg;
	dy_weighted_init(&s, 10);
	rt_check(dy_weighted_acquire(&s, NULL, 11) == -EINVAL);
	rt_check(dy_weighted_acquire(&s, NULL, -1) == -EINVAL);
	rt_check(!dy_weighted_try(&s, -1) && !dy_weighted_try(&s, 11));
	dy_context_cancel(c, 0);
	rt_check(dy_weighted_acquire(&s, c, 1) == -ECANCELED);
	rt_check(dy_weighted_try(&s, 10));
	dy_context_release(c);
}

static void test_wrong_amounts_and_ended_contexts(void **state)
{
	(void)state;
	at_all_procs(ask_wrongly);
}

static void give_back_too_much(void *arg)
{
	(void)arg;
	dy_weighted_init(&s, 10);
	rt_check(dy_weighted_try(&s, 3));
	dy_weighted_release(&s, 4);
}

static void test_giving_back_too_much_is_fatal(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), give_back_too_much, 2,
	                "more was released than was held");
}

static void give_up_soon(void *arg)
{
	struct rand r = rand_stream(dy_goid(), 3);

	(void)arg;
	for (int i = 0; i < RT_SCALE(500); i++) {
		struct dy_context *c = dy_context_with_timeout(
			dy_context_background(), rand_below(&r, 20000));
		int64_t n = 1 + rand_below(&r, 10);

		if (dy_weighted_acquire(&s, c, n) == 0) {
			rt_check((int64_t)w64_add_ar(&held, (uint64_t)n) <= 10);
			dy_work(1000);
			w64_add_ar(&held, (uint64_t)-n);
			dy_weighted_release(&s, n);
		}
		dy_context_release(c);
	}
	dy_wg_done(&wg);
}

static void race_with_contexts(void *arg)
{
	(void)arg;
	dy_weighted_init(&s, 10);
	dy_wg_add(&wg, 8);
	for (int i = 0; i < 8; i++)
		dy_go(give_up_soon, NULL);
	dy_wg_wait(&wg);
	rt_check(dy_weighted_try(&s, 10));
}

static void test_nothing_is_lost_when_waiters_give_up(void **state)
{
	(void)state;
	at_all_procs(race_with_contexts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_group_waits_for_all_and_returns_a_failure),
		cmocka_unit_test(test_the_first_failure_cancels_the_context),
		cmocka_unit_test(test_a_limit_is_kept),
		cmocka_unit_test(test_never_more_than_there_is),
		cmocka_unit_test(test_amounts_are_served_in_order),
		cmocka_unit_test(test_wrong_amounts_and_ended_contexts),
		cmocka_unit_test(test_giving_back_too_much_is_fatal),
		cmocka_unit_test(test_nothing_is_lost_when_waiters_give_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
