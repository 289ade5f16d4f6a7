// test_uts.c - tree search: trees of every kind, and that a wrong count is found.
#include "../uts.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static int64_t wanted[3];

static void set_wanted(int64_t *param)
{
	for (int i = 0; i < 3; i++)
		param[i] = wanted[i];
}

static struct trial search_tree(int64_t tree, int64_t depth, int64_t root)
{
	struct trial t = {.w = &wl_uts, .procs = 2, .rounds = 2};

	wanted[TREE] = tree;
	wanted[DEPTH] = depth;
	wanted[ROOT] = root;
	t.adjust = set_wanted;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	return t;
}

// The counts are those of test_uts_tree.c and, for what is not published, of a
// walk by prepare.
static void test_trees(void **state)
{
	static const struct {
		int64_t tree, depth, root;
		uint64_t nodes;
	} row[] = {
		{1, 0, 1, 1},      {1, 1, 1, 6}, {1, 5, 1, 3987},
		{1, 6, 1, 16000},  {3, 1, 1, 2}, {3, 1, 10, 6123},
		{3, 1, 100, 6797},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct trial t = search_tree(row[i].tree, row[i].depth,
		                             row[i].root);

		assert_true(t.verified);
		assert_int_equal(t.ops, row[i].nodes);
	}
}

static void test_a_tree_that_is_none_is_refused(void **state)
{
	struct trial t = search_tree(2, 6, 100);

	(void)state;
	assert_int_equal(t.prepare_err, -EINVAL);
	assert_non_null(strstr(t.run.why, "tree=2"));
}

static void lost_node(struct wl_run *r)
{
	struct search *s = r->state;

	s->got.nodes--;
}

static void extra_leaf(struct wl_run *r)
{
	struct search *s = r->state;

	s->got.leaves++;
}

static void wrong_depth(struct wl_run *r)
{
	struct search *s = r->state;

	s->got.depth++;
}

static void lack_of_memory(struct wl_run *r)
{
	struct search *s = r->state;

	atomic_store(&s->out_of_memory, true);
}

static void test_wrong_counts_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_uts, lost_node);
	trial_assert_found(&wl_uts, extra_leaf);
	trial_assert_found(&wl_uts, wrong_depth);
	trial_assert_found(&wl_uts, lack_of_memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_a_tree_that_is_none_is_refused),
		cmocka_unit_test(test_wrong_counts_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
