// race_context.c - what a cancellation orders, and groups that use it.
#include <dyno/chan.h>
#include <dyno/context.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>

#include "race.h"

static struct dy_context *ctx;
static struct dy_waitgroup wg;

static void open_context(void)
{
	ctx = dy_context_with_cancel(dy_context_background());
	race_need(ctx);
}

static void write_and_cancel(void *linger)
{
	if (linger)
		race_linger();
	race_x = 1;
	dy_context_cancel(ctx, 0);
}

static void done_is_seen(bool wait)
{
	struct dy_context *child;

	open_context();
	child = dy_context_with_cancel(ctx);
	race_need(child);
	dy_go(write_and_cancel, wait ? ctx : NULL);
	if (!wait)
		race_linger();
	dy_chan_recv(dy_context_done(child), NULL);
	race_x++;
	race_join();
	dy_context_release(child);
	dy_context_release(ctx);
}

static void done_waits(void *none)
{
	(void)none;
	done_is_seen(true);
}

static void is_done(void *none)
{
	(void)none;
	done_is_seen(false);
}

static void err_is_seen(void *none)
{
	struct dy_context *child;

	(void)none;
	open_context();
	child = dy_context_with_value(ctx, &race_x, NULL);
	race_need(child);
	dy_go(write_and_cancel, NULL);
	while (!dy_context_err(child))
		dy_yield();
	race_x++;
	race_join();
	dy_context_release(child);
	dy_context_release(ctx);
}

static void child_of_cancelled(void *none)
{
	struct dy_context *child;

	(void)none;
	open_context();
	dy_go(write_and_cancel, NULL);
	race_join();
	child = dy_context_with_cancel(ctx);
	race_need(dy_context_err(child) == -ECANCELED);
	race_x++;
	dy_context_release(child);
	dy_context_release(ctx);
}

static void expires(void *none)
{
	struct dy_context *c;

	(void)none;
	c = dy_context_with_timeout(dy_context_background(), DY_MS);
	race_need(c);
	dy_chan_recv(dy_context_done(c), NULL);
	race_need(dy_context_err(c) == -ETIMEDOUT);
	race_join();
	dy_context_release(c);
}

static void use_x(void *none)
{
	(void)none;
	race_x++;
}

static void write_and_register(void *f)
{
	race_x = 1;
	dy_context_after(ctx, f, use_x, NULL);
	race_step(1);
}

static void after_func(void *none)
{
	struct dy_context_func f;

	(void)none;
	open_context();
	dy_go(write_and_register, &f);
	race_await(1);
	dy_context_cancel(ctx, 0);
	race_join();
	dy_context_release(ctx);
}

static void after_cancelled(void *none)
{
	struct dy_context_func f;

	(void)none;
	open_context();
	dy_go(write_and_cancel, NULL);
	race_join();
	dy_context_after(ctx, &f, use_x, NULL);
	race_join();
	dy_context_release(ctx);
}

// The last reference frees what another goroutine made.
static void make_child(void *none)
{
	struct dy_context *child = dy_context_with_cancel(ctx);

	(void)none;
	race_need(child);
	race_step(1);
	dy_chan_recv(dy_context_done(child), NULL);
	dy_context_release(child);
	dy_wg_done(&wg);
}

// Who cancels the parent holds the child for a moment, and may be the last.
static void last_reference(void *none)
{
	(void)none;
	for (int i = 0; i < 300; i++) {
		race_step(0);
		open_context();
		dy_wg_add(&wg, 1);
		dy_go(make_child, NULL);
		race_await(1);
		dy_context_cancel(ctx, 0);
		dy_wg_wait(&wg);
		dy_context_release(ctx);
	}
}

static void retained(void *c)
{
	race_linger();
	dy_context_release(c);
}

static void passed_references(void *none)
{
	(void)none;
	open_context();
	for (int i = 0; i < 4; i++)
		dy_go(retained, dy_context_retain(ctx));
	dy_context_release(ctx);
	race_join();
}

static void write_after_cancel(void *none)
{
	(void)none;
	dy_context_cancel(ctx, 0);
	race_first();
}

static void late_write(void *none)
{
	(void)none;
	open_context();
	dy_go(write_after_cancel, NULL);
	dy_chan_recv(dy_context_done(ctx), NULL);
	race_second();
	race_join();
	dy_context_release(ctx);
}

static void touch(void *none)
{
	(void)none;
	race_first();
}

static void not_yet_cancelled(void *none)
{
	(void)none;
	open_context();
	dy_go(touch, NULL);
	race_linger();
	race_need(dy_context_err(ctx) == 0);
	race_second();
	dy_context_release(ctx);
	race_join();
}

//---------------------------------------------------------------------------
// Groups
//---------------------------------------------------------------------------

static int fail(void *cell)
{
	++*(int *)cell;
	return -EIO;
}

static int await_failure(void *group)
{
	dy_chan_recv(dy_context_done(dy_group_context(group)), NULL);
	race_x++;
	return 0;
}

static void group_waits(void *none)
{
	struct dy_group g;

	(void)none;
	race_need(dy_group_open(&g, dy_context_background(), 2) == 0);
	dy_group_go(&g, await_failure, &g);
	dy_group_go(&g, fail, &race_x);
	race_need(dy_group_wait(&g) == -EIO);
	race_need(race_x == 2);
	race_join();
}

static int add_to(void *cell)
{
	++*(int *)cell;
	return 0;
}

static void group_of_one(void *none)
{
	struct dy_group g;

	(void)none;
	race_need(dy_group_open(&g, NULL, 1) == 0);
	for (int i = 0; i < 8; i++)
		dy_group_go(&g, add_to, &race_x);
	while (!dy_group_try(&g, add_to, &race_x))
		dy_yield();
	race_need(dy_group_wait(&g) == 0);
	race_need(race_x == 9);
	race_join();
}

static int first(void *none)
{
	(void)none;
	race_first();
	return 0;
}

static int second(void *none)
{
	(void)none;
	race_second();
	return 0;
}

static void group_of_two(void *none)
{
	struct dy_group g;

	(void)none;
	race_need(dy_group_open(&g, NULL, 2) == 0);
	dy_group_go(&g, first, NULL);
	dy_group_go(&g, second, NULL);
	race_need(dy_group_wait(&g) == 0);
	race_join();
}

const struct race_program race_of_context[] = {
	{"done_waits", false, done_waits, NULL},
	{"is_done", false, is_done, NULL},
	{"err_is_seen", false, err_is_seen, NULL},
	{"child_of_cancelled", false, child_of_cancelled, NULL},
	{"expires", false, expires, NULL},
	{"after_func", false, after_func, NULL},
	{"after_cancelled", false, after_cancelled, NULL},
	{"last_reference", false, last_reference, NULL},
	{"passed_references", false, passed_references, NULL},
	{"late_write", true, late_write, NULL},
	{"not_yet_cancelled", true, not_yet_cancelled, NULL},
	{"group_waits", false, group_waits, NULL},
	{"group_of_one", false, group_of_one, NULL},
	{"group_of_two", true, group_of_two, NULL},
	{NULL, false, NULL, NULL},
};
