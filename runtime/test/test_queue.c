// test_queue.c - the disciplines of a P's queue: who of those that wait comes first,
// and that all come, under each of them.
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdio.h>
#include <string.h>

#include "port/atomic.h"
#include "rt.h"
#include "sched/sched.h"

static struct dy_waitgroup wg;
static char order[64];

static void note(void *arg)
{
	strcat(order, arg);
	dy_wg_done(&wg);
}

static void three_sizes(void *arg)
{
	(void)arg;
	order[0] = '\0';
	dy_wg_add(&wg, 3);
	dy_go_sized(note, "b", 20);
	dy_go_sized(note, "c", 30);
	dy_go_sized(note, "a", 10);
	dy_wg_wait(&wg);
}

static void expect_order(const char *policy, dy_fn fn, const char *expected)
{
	rt_run(1, policy, fn, NULL);
	assert_string_equal(order, expected);
}

static void test_each_discipline_has_its_order(void **state)
{
	(void)state;
	expect_order("queue=fifo,place=tail", three_sizes, "bca");
	expect_order("queue=lifo,place=tail", three_sizes, "acb");
	expect_order("queue=stamped,place=tail", three_sizes, "bca");
	expect_order("queue=sjf,place=tail", three_sizes, "abc");
	expect_order("queue=sjf", three_sizes, "abc"); // keys have no runnext
	expect_order("queue=prio,place=tail", three_sizes, "bca");
	expect_order("cilk", three_sizes, "bca");
}

static struct dy_waitgroup gate;

static void work_and_note(void *arg)
{
	uint64_t end = dy_now() + 20 * DY_MS;

	while (dy_now() < end)
		;
	dy_wg_wait(&gate);
	note(arg);
}

static void wait_and_note(void *arg)
{
	dy_wg_wait(&gate);
	note(arg);
}

// Both are woken at once, first the one that has worked.
static void heavy_and_light(void *arg)
{
	(void)arg;
	order[0] = '\0';
	dy_wg_add(&wg, 2);
	dy_wg_add(&gate, 1);
	dy_go(work_and_note, "heavy ");
	dy_go(wait_and_note, "light ");
	dy_yield(); // to both
	dy_yield();
	dy_wg_done(&gate);
	dy_wg_wait(&wg);
}

static void test_who_has_run_least_runs_first(void **state)
{
	(void)state;
	expect_order("queue=fifo,place=tail,preempt=none", heavy_and_light,
	             "heavy light ");
	expect_order("queue=prio,place=tail,preempt=none", heavy_and_light,
	             "light heavy ");
}

//---------------------------------------------------------------------------

struct node {
	int depth;
	struct dy_waitgroup done;
	uint64_t leaves;
};

static void grow(void *arg)
{
	struct node *n = arg;
	struct node left = {.depth = n->depth - 1}, right = left;

	if (n->depth == 0) {
		n->leaves = 1;
	} else {
		dy_wg_add(&left.done, 1);
		dy_wg_add(&right.done, 1);
		dy_go_sized(grow, &left, (uint64_t)n->depth);
		dy_go_sized(grow, &right, (uint64_t)n->depth);
		dy_wg_wait(&left.done);
		dy_wg_wait(&right.done);
		n->leaves = left.leaves + right.leaves;
	}
	dy_wg_done(&n->done);
}

enum { DEPTH = 11 };

static void tree(void *arg)
{
	struct node root = {.depth = DEPTH};

	(void)arg;
	dy_wg_add(&root.done, 1);
	dy_go(grow, &root);
	dy_wg_wait(&root.done);
	rt_check(root.leaves == 1 << DEPTH);
	dy_gomaxprocs(1 + dy_gomaxprocs(0) % 4);
	root = (struct node){.depth = DEPTH};
	dy_wg_add(&root.done, 1);
	grow(&root);
	rt_check(root.leaves == 1 << DEPTH);
	rt_join();
}

static void test_nobody_is_lost(void **state)
{
	static const char *const with[] = {"", ",place=tail", ",place=workfirst",
	                                   ",place=lastp,preempt=sysmon:20us"};
	const struct dy_policy_head *queue;

	(void)state;
	for (size_t i = 0; (queue = dy_policy_choice(AXIS_QUEUE, i)); i++) {
		for (size_t j = 0; j < sizeof with / sizeof *with; j++) {
			char policy[128];

			snprintf(policy, sizeof policy, "queue=%s%s",
			         queue->name, with[j]);
			rt_run(1 << (i + j) % 4, policy, tree, NULL);
			assert_int_equal(rt_stats().exits, rt_stats().spawns);
		}
	}
}

// Depth first needs no more stacks than the tree is deep; breadth first does.
static void test_last_in_first_out_is_depth_first(void **state)
{
	(void)state;
	rt_run(1, "cilk", tree, NULL);
	assert_true(rt_stats().stacks_carved <= 3 * DEPTH);
	rt_run(1, "queue=fifo,place=tail,preempt=none", tree, NULL);
	assert_true(rt_stats().stacks_carved > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_discipline_has_its_order),
		cmocka_unit_test(test_who_has_run_least_runs_first),
		cmocka_unit_test(test_nobody_is_lost),
		cmocka_unit_test(test_last_in_first_out_is_depth_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
