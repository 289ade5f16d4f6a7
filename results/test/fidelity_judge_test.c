// fidelity_judge_test.c - the words about measurements in which the answer is known.
#include "fidelity_made.h"
#include "near.h"

static void test_another_shape_differs(void **state)
{
	struct fidelity f;
	(void)state;
	judged(&f, (struct made){.at = {140, 120, 110, 100}, .spread = 0.01},
	       (struct made){.at = {90, 110, 120, 130}, .spread = 0.01});
	expect(&f, FIDELITY_SHAPE, FIDELITY_DIFFERS);
	expect(&f, FIDELITY_BEST_P, FIDELITY_DIFFERS);
	assert_true(f.workload[0].tau < -0.5);
	expect_verdict(&f, FIDELITY_DIFFERS);
	for (int i = 0; i < PROCS; i++) // they came the other way round
		assert_int_equal(f.workload[0].point[i].procs, made_procs[i]);
	fidelity_free(&f);
	// Little apart, but one rises where the other falls.
	judged(&f, (struct made){.at = {100, 111, 111, 111}, .spread = 0.001},
	       (struct made){.at = {111, 100, 100, 100}, .spread = 0.001});
	expect(&f, FIDELITY_SHAPE, FIDELITY_DIFFERS);
	fidelity_free(&f);
	// Both rise, one far less.
	judged(&f, (struct made){.at = {100, 120, 120, 120}, .spread = 0.01},
	       (struct made){.at = {100, 160, 160, 160}, .spread = 0.01});
	expect(&f, FIDELITY_SHAPE, FIDELITY_DIFFERS);
	expect(&f, FIDELITY_THROUGHPUT, FIDELITY_AGREES);
	fidelity_free(&f);
}

// A curve that rises by 3 % and one that falls by 3 % are both flat.
static void test_noise_is_no_order(void **state)
{
	struct fidelity f;
	(void)state;
	judged(&f, (struct made){.at = {100, 101, 102, 103}, .spread = 0.002},
	       (struct made){.at = {103, 102, 101, 100}, .spread = 0.002});
	expect(&f, FIDELITY_SHAPE, FIDELITY_AGREES);
	expect(&f, FIDELITY_BEST_P, FIDELITY_AGREES);
	assert_true(isnan(f.workload[0].tau));
	expect_verdict(&f, FIDELITY_AGREES);
	fidelity_free(&f);
}

static void test_another_level_differs(void **state)
{
	struct fidelity f;
	(void)state;
	judged(&f,
	       (struct made){
		       .at = {300, 570, 600, 450}, .spread = 0.02, .threads = 9},
	       (struct made){.at = RISING, .spread = 0.02, .threads = 5});
	expect(&f, FIDELITY_SHAPE, FIDELITY_AGREES);
	expect(&f, FIDELITY_THROUGHPUT, FIDELITY_DIFFERS);
	expect(&f, FIDELITY_THREADS, FIDELITY_DIFFERS);
	expect(&f, FIDELITY_SPINNING, FIDELITY_AGREES);
	expect_verdict(&f, FIDELITY_DIFFERS);
	fidelity_free(&f);
}

static void test_too_wide_is_undecided(void **state)
{
	struct fidelity f;
	(void)state;
	judged(&f, (struct made){.at = RISING, .spread = 0.7},
	       (struct made){.at = RISING, .spread = 0.7});
	expect(&f, FIDELITY_SHAPE, FIDELITY_UNDECIDED);
	expect(&f, FIDELITY_THROUGHPUT, FIDELITY_UNDECIDED);
	expect_verdict(&f, FIDELITY_UNDECIDED);
	fidelity_free(&f);
}

static void test_without_schedtrace_is_unknown(void **state)
{
	struct fidelity f;
	(void)state;
	judged(&f, (struct made){.at = RISING, .spread = 0.02, .threads = 50},
	       (struct made){.at = RISING, .spread = 0.02});
	expect(&f, FIDELITY_THREADS, FIDELITY_UNKNOWN);
	expect(&f, FIDELITY_SPINNING, FIDELITY_UNKNOWN);
	expect_verdict(&f, FIDELITY_AGREES);
	fidelity_free(&f);
}

// Counts agree within 1 or half as much again, whichever is more.
static void test_counts(void **state)
{
	static const struct {
		int dyno, go;
		enum fidelity_word word;
	} cases[] = {{1, 2, FIDELITY_AGREES},  {2, 1, FIDELITY_AGREES},
	             {1, 3, FIDELITY_DIFFERS}, {2, 3, FIDELITY_AGREES},
	             {3, 2, FIDELITY_AGREES},  {2, 4, FIDELITY_DIFFERS},
	             {4, 2, FIDELITY_DIFFERS}, {8, 12, FIDELITY_AGREES},
	             {12, 8, FIDELITY_AGREES}, {8, 13, FIDELITY_DIFFERS}};
	struct fidelity f;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		judged(&f, (struct made){.at = RISING, .threads = cases[i].dyno},
		       (struct made){.at = RISING, .threads = cases[i].go});
		expect(&f, FIDELITY_THREADS, cases[i].word);
		fidelity_free(&f);
	}
}

// The uncertainty of a change is that of both its ends: squares add, as logarithms.
static void test_interval_of_a_change(void **state)
{
	const struct fidelity_cell *one, *four, *shape;
	struct fidelity f;
	(void)state;
	judged(&f, (struct made){.at = RISING, .spread = 0.1},
	       (struct made){.at = RISING, .spread = 0.2});
	one = &f.workload[0].point[0].cell[FIDELITY_THROUGHPUT];
	four = &f.workload[0].point[2].cell[FIDELITY_THROUGHPUT];
	shape = &f.workload[0].point[2].cell[FIDELITY_SHAPE];
	assert_near("low", pow(log(shape->ratio / shape->ratio_interval.low), 2),
	            pow(log(four->ratio / four->ratio_interval.low), 2) +
	                    pow(log(one->ratio_interval.high / one->ratio), 2));
	assert_near("high",
	            pow(log(shape->ratio_interval.high / shape->ratio), 2),
	            pow(log(four->ratio_interval.high / four->ratio), 2) +
	                    pow(log(one->ratio / one->ratio_interval.low), 2));
	fidelity_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_another_shape_differs),
		cmocka_unit_test(test_noise_is_no_order),
		cmocka_unit_test(test_another_level_differs),
		cmocka_unit_test(test_too_wide_is_undecided),
		cmocka_unit_test(test_without_schedtrace_is_unknown),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_interval_of_a_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
