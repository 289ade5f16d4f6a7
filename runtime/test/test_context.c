// test_context.c - contexts: who is cancelled with whom, why, and what a context
// leaves behind when nobody has it any more (which AddressSanitizer sees).
#include <dyno/chan.h>
#include <dyno/context.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <stdlib.h>

#include "procs.h"
#include "sched/sched.h"

static struct dy_waitgroup wg;

static bool is_done(const struct dy_context *c)
{
	bool ok;

	return dy_chan_try_recv(dy_context_done(c), NULL, &ok);
}

static bool is_live(const struct dy_context *c)
{
	return !is_done(c) && dy_context_err(c) == 0 && dy_context_cause(c) == 0;
}

static bool ended(const struct dy_context *c, int err, int cause)
{
	return is_done(c) && dy_context_err(c) == err &&
	       dy_context_cause(c) == cause;
}

static struct dy_context *child_of(struct dy_context *parent)
{
	struct dy_context *c = dy_context_with_cancel(parent);

	rt_check(c);
	return c;
}

//---------------------------------------------------------------------------
// The tree
//---------------------------------------------------------------------------

static void use_background(void *arg)
{
	struct dy_context *bg = dy_context_background();
	uint64_t when;

	(void)arg;
	rt_check(is_live(bg) && !dy_context_done(bg));
	rt_check(!dy_context_deadline(bg, &when));
	rt_check(!dy_context_value(bg, &when));
	dy_context_release(bg);
	dy_context_release(bg);
	rt_check(dy_context_retain(bg) == bg);
}

static void test_background_never_ends(void **state)
{
	(void)state;
	at_all_procs(use_background);
}

static void cancel_in_the_middle(void *arg)
{
	static const char key;
	struct dy_context *top = child_of(dy_context_background());
	struct dy_context *middle = child_of(top), *sibling = child_of(top);
	struct dy_context *value = dy_context_with_value(middle, &key, &wg);
	struct dy_context *timed = dy_context_with_timeout(value, 1000 * DY_S);
	struct dy_context *bottom = child_of(timed), *late;

	(void)arg;
	rt_check(is_live(bottom) && is_live(value));
	dy_context_cancel(middle, -EPIPE);
	dy_context_cancel(middle, -EIO); // too late
	dy_context_cancel(bottom, -EIO);
	rt_check(is_live(top) && is_live(sibling));
	rt_check(ended(middle, -ECANCELED, -EPIPE));
	rt_check(ended(value, -ECANCELED, -EPIPE));
	rt_check(ended(timed, -ECANCELED, -EPIPE));
	rt_check(ended(bottom, -ECANCELED, -EPIPE));
	late = child_of(value);
	rt_check(ended(late, -ECANCELED, -EPIPE));
	dy_context_cancel(top, 0);
	rt_check(ended(sibling, -ECANCELED, -ECANCELED));
	rt_check(dy_context_cause(bottom) == -EPIPE);
	dy_context_release(top);
	dy_context_release(late);
	dy_context_release(middle);
	dy_context_release(timed);
	dy_context_release(sibling);
	dy_context_release(value);
	rt_check(dy_context_value(bottom, &key) == &wg);
	dy_context_release(bottom);
}

static void test_descendants_are_cancelled_and_nobody_else(void **state)
{
	(void)state;
	at_all_procs(cancel_in_the_middle);
}

static void cancel_background(void *arg)
{
	(void)arg;
	dy_context_cancel(dy_context_background(), 0);
}

static void cancel_value(void *arg)
{
	struct dy_context *c = child_of(dy_context_background());

	(void)arg;
	dy_context_cancel(dy_context_with_value(c, "", NULL), 0);
}

static void test_only_what_was_made_for_it_can_be_cancelled(void **state)
{
	struct dy_config cfg = rt_config(1, NULL);

	(void)state;
	rt_expect_fatal(cfg, cancel_background, 2, "cannot be cancelled");
	rt_expect_fatal(cfg, cancel_value, 2, "cannot be cancelled");
}

static void look_up_values(void *arg)
{
	static const char k1, k2, k3;
	int v1, v2, v3;
	struct dy_context *a = dy_context_with_value(dy_context_background(),
	                                             &k1, &v1);
	struct dy_context *b = child_of(a);
	struct dy_context *c = dy_context_with_value(b, &k2, &v2);
	struct dy_context *d = dy_context_with_value(c, &k1, &v3);

	(void)arg;
	rt_check(dy_context_value(d, &k1) == &v3);
	rt_check(dy_context_value(c, &k1) == &v1);
	rt_check(dy_context_value(d, &k2) == &v2);
	rt_check(!dy_context_value(d, &k3) && !dy_context_value(b, &k2));
	rt_check(!dy_context_value(d, NULL));
	rt_check(dy_context_done(d) == dy_context_done(b));
	rt_check(!dy_context_done(a));
	dy_context_release(a);
	dy_context_release(b);
	dy_context_release(c);
	dy_context_release(d);
}

static void test_values_are_those_of_the_nearest(void **state)
{
	(void)state;
	at_all_procs(look_up_values);
}

// A chain as long as this is cancelled and given back on a small stack.
static void make_long_chain(void *arg)
{
	enum { LENGTH = 20000 };
	struct dy_context *top = child_of(dy_context_background()), *at = top;

	(void)arg;
	for (int i = 0; i < LENGTH; i++) {
		struct dy_context *next = child_of(at);

		if (at != top)
			dy_context_release(at);
		at = next;
	}
	dy_context_cancel(top, 0);
	rt_check(ended(at, -ECANCELED, -ECANCELED));
	dy_context_release(top);
	dy_context_release(at);
}

static void test_a_long_chain(void **state)
{
	(void)state;
	at_all_procs(make_long_chain);
}

//---------------------------------------------------------------------------
// Deadlines
//---------------------------------------------------------------------------

static void let_time_run_out(void *arg)
{
	struct dy_context *bg = dy_context_background();
	uint64_t begin = dy_now(), when;
	struct dy_context *soon = dy_context_with_timeout(bg, 2 * DY_MS);
	struct dy_context *later = dy_context_with_timeout(soon, 1000 * DY_S);
	struct dy_context *past = dy_context_with_deadline(bg, begin, -EIO);
	struct dy_context *called_off = dy_context_with_timeout(bg, 1000 * DY_S);
	struct dy_context *caused = dy_context_with_deadline(bg, begin + DY_MS,
	                                                     -EPIPE);

	(void)arg;
	rt_check(soon && later && past && called_off && caused);
	rt_check(ended(past, -ETIMEDOUT, -EIO));
	rt_check(dy_context_deadline(later, &when) &&
	         when >= begin + 2 * DY_MS && when < begin + 1000 * DY_S);
	dy_chan_recv(dy_context_done(later), NULL);
	rt_check(dy_now() >= begin + 2 * DY_MS);
	rt_check(ended(soon, -ETIMEDOUT, -ETIMEDOUT));
	rt_check(ended(later, -ETIMEDOUT, -ETIMEDOUT));
	dy_chan_recv(dy_context_done(caused), NULL);
	rt_check(ended(caused, -ETIMEDOUT, -EPIPE));
	rt_check(is_live(called_off));
	dy_context_cancel(called_off, 0);
	rt_check(ended(called_off, -ECANCELED, -ECANCELED));
	dy_context_release(soon);
	dy_context_release(later);
	dy_context_release(past);
	dy_context_release(called_off);
	dy_context_release(caused);
}

static void test_deadlines(void **state)
{
	(void)state;
	at_all_procs(let_time_run_out);
}

// Contexts that are released around the moment when their time runs out.
static void release_around_deadline(void *arg)
{
	struct rand r = rand_stream(dy_goid(), 1);

	(void)arg;
	for (int i = 0; i < RT_SCALE(2000); i++) {
		uint64_t ns = rand_below(&r, 3000);
		struct dy_context *c = dy_context_with_timeout(
			dy_context_background(), ns);

		rt_check(c);
		dy_work(rand_below(&r, 3000));
		if (rand_below(&r, 2))
			dy_yield();
		if (rand_below(&r, 4) == 0)
			dy_context_cancel(c, 0);
		dy_context_release(c);
	}
	dy_wg_done(&wg);
}

static void race_with_deadlines(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 4);
	for (int i = 0; i < 4; i++)
		dy_go(release_around_deadline, NULL);
	dy_wg_wait(&wg);
}

static void test_releases_race_with_deadlines(void **state)
{
	(void)state;
	at_all_procs(race_with_deadlines);
}

//---------------------------------------------------------------------------
// Functions
//---------------------------------------------------------------------------

static struct dy_chan *ran;

static void run(void *arg)
{
	int which = (int)(intptr_t)arg;

	dy_chan_send(ran, &which);
}

static void after_a_cancel(void *arg)
{
	struct dy_context *c = child_of(dy_context_background());
	struct dy_context_func f[4];
	int which, seen = 0;
	bool ok;

	(void)arg;
	ran = dy_chan_make(sizeof which, 0);
	for (intptr_t i = 0; i < 3; i++)
		dy_context_after(c, &f[i], run, (void *)i);
	rt_check(dy_context_after_stop(&f[1]));
	rt_check(!dy_context_after_stop(&f[1]));
	dy_context_cancel(c, 0);
	dy_context_after(c, &f[3], run, (void *)3);
	for (int i = 0; i < 3; i++) {
		dy_chan_recv(ran, &which);
		seen |= 1 << which;
	}
	rt_check(seen == (1 << 0 | 1 << 2 | 1 << 3));
	for (int i = 0; i < 4; i++)
		rt_check(!dy_context_after_stop(&f[i]));
	rt_check(!dy_chan_try_recv(ran, &which, &ok));
	dy_context_after(dy_context_background(), &f[0], run, NULL);
	rt_check(dy_context_after_stop(&f[0]));
	rt_check(!dy_context_after_stop(&f[0]));
	dy_context_release(c);
	dy_chan_free(ran);
}

static void test_functions_run_after_a_cancel_unless_stopped(void **state)
{
	(void)state;
	at_all_procs(after_a_cancel);
}

//---------------------------------------------------------------------------
// All at once
//---------------------------------------------------------------------------

enum { TREE = 63 };
static struct dy_context *tree[TREE];

static void cancel_and_release(void *c)
{
	dy_context_cancel(c, 0);
	rt_check(dy_context_err(c) == -ECANCELED);
	rt_check(is_done(c));
	dy_context_release(c);
	dy_wg_done(&wg);
}

static void only_release(void *c)
{
	dy_context_release(c);
	dy_wg_done(&wg);
}

static void wait_and_release(void *arg)
{
	struct dy_context *c = arg;

	dy_chan_recv(dy_context_done(c), NULL);
	rt_check(dy_context_err(c) == -ECANCELED);
	dy_context_release(c);
	dy_wg_done(&wg);
}

static void grow_and_release(void *arg)
{
	struct dy_context *parent = arg;

	for (int i = 0; i < 5; i++)
		dy_context_release(child_of(parent));
	dy_context_release(parent);
	dy_wg_done(&wg);
}

static struct dy_w32 begun;

static void release_all(void *children)
{
	struct dy_context **child = children;

	w32_store_rel(&begun, 1);
	for (int i = 0; i < TREE; i++)
		dy_context_release(child[i]);
	dy_wg_done(&wg);
}

// Children come to their end while their parent is cancelled.
static void cancel_while_children_go(void *arg)
{
	(void)arg;
	for (int n = 0; n < 200; n++) {
		struct dy_context *top = child_of(dy_context_background());

		for (int i = 0; i < TREE; i++)
			tree[i] = dy_context_with_timeout(top, 1000 * DY_S);
		w32_store_rel(&begun, 0);
		dy_wg_add(&wg, 1);
		dy_go(release_all, tree);
		for (int i = 0; i < 1000 && !w32_load_acq(&begun); i++)
			dy_work(100);
		dy_context_cancel(top, 0);
		dy_context_release(top);
		dy_wg_wait(&wg);
	}
}

static void test_children_go_while_their_parent_is_cancelled(void **state)
{
	(void)state;
	at_all_procs(cancel_while_children_go);
}

// A tree whose contexts are cancelled, released, waited for and extended by
// goroutines of their own.
static void fell_trees(void *arg)
{
	static const dy_fn what[] = {
		cancel_and_release,
		only_release,
		grow_and_release,
	};
	struct rand r = rand_stream(7, 0);

	(void)arg;
	for (int n = 0; n < 100; n++) {
		tree[0] = child_of(dy_context_background());
		for (int i = 1; i < TREE; i++)
			tree[i] = dy_context_with_timeout(tree[(i - 1) / 2],
			                                  1000 * DY_S);
		for (int i = 0; i < TREE; i++) {
			dy_wg_add(&wg, 2);
			dy_go(wait_and_release, dy_context_retain(tree[i]));
			if (i > 0)
				dy_go(what[rand_below(&r, 3)], tree[i]);
		}
		dy_go(cancel_and_release, tree[0]);
		dy_wg_wait(&wg);
	}
}

static void test_everything_at_once(void **state)
{
	(void)state;
	at_all_procs(fell_trees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_background_never_ends),
		cmocka_unit_test(test_descendants_are_cancelled_and_nobody_else),
		cmocka_unit_test(test_only_what_was_made_for_it_can_be_cancelled),
		cmocka_unit_test(test_values_are_those_of_the_nearest),
		cmocka_unit_test(test_a_long_chain),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_releases_race_with_deadlines),
		cmocka_unit_test(test_functions_run_after_a_cancel_unless_stopped),
		cmocka_unit_test(test_children_go_while_their_parent_is_cancelled),
		cmocka_unit_test(test_everything_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
