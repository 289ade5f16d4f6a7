// test_search.c - searches of known answers, with noise and without, and the
// grammar of what is promised.
#include "../search.h"
#include "../slo.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint64_t random_state;

static double chance(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695;
	return (double)(random_state >> 11) * 0x1p-53;
}

// run searches where values up to capacity pass; with noise the answer near the
// capacity is a matter of luck, more so the nearer.
static struct search run(int64_t start, int64_t most, int64_t capacity,
                         double noise)
{
	struct search s;

	search_begin(&s, start, 1, most);
	while (s.end == SEARCH_GOES_ON) {
		double seen = (double)s.at * (1 + noise * (chance() - 0.5));

		assert_in_range(s.at, 1, most);
		search_note(&s, seen <= (double)capacity);
	}
	return s;
}

static void check_exact(int64_t start, int64_t capacity)
{
	struct search s = run(start, 1000000, capacity, 0);

	assert_int_equal(s.end, SEARCH_FOUND);
	assert_in_range(s.low, 1, capacity);
	assert_true(s.high > capacity);
	assert_true(s.high == s.low + 1 ||
	            (double)s.high <= (double)s.low * 1.05 + 1);
	assert_true(s.trials < 60);
}

static void test_the_capacity_is_found(void **state)
{
	const int64_t starts[] = {1, 7, 50, 1000, 999999};

	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		for (int64_t c = 1; c < 900000; c = c * 13 / 10 + 1)
			check_exact(starts[i], c);
}

static void test_noise_is_outvoted(void **state)
{
	int near = 0;

	(void)state;
	for (random_state = 1; random_state < 2000;) {
		uint64_t seed = random_state;
		struct search s = run(100, 1000000, 5000, 0.2);

		assert_true(s.end == SEARCH_FOUND || s.end == SEARCH_UNSURE);
		near += s.end == SEARCH_FOUND && s.low > 4300 && s.low < 5500;
		random_state = seed + 20;
	}
	assert_true(near >= 95);
}

static void test_what_cannot_be_reached_is_said(void **state)
{
	struct search s = run(50, 6400, 1000000, 0);

	(void)state;
	assert_int_equal(s.end, SEARCH_ALWAYS);
	assert_int_equal(s.low, 6400);
	s = run(50, 6400, 0, 0);
	assert_int_equal(s.end, SEARCH_NEVER);
	assert_int_equal(s.low, 0);
	s = run(1, 1, 1, 0);
	assert_int_equal(s.end, SEARCH_ALWAYS);
}

static void test_a_coin_ends(void **state)
{
	(void)state;
	for (random_state = 1; random_state < 2000;) {
		uint64_t seed = random_state;
		struct search s;

		search_begin(&s, 50, 1, 100000);
		while (s.end == SEARCH_GOES_ON)
			search_note(&s, chance() < 0.8);
		assert_in_range(s.trials, 1, SEARCH_TRIALS_MAX);
		random_state = seed + 20;
	}
}

// at_confirmation is a search whose 1000 has passed and whose next step has
// failed, so that 1000 is to have its fresh trials.
static struct search at_confirmation(void)
{
	struct search s;

	search_begin(&s, 1000, 1, 1000000);
	while (!s.confirming)
		search_note(&s, s.at <= 1000);
	assert_int_equal(s.at, 1000);
	assert_int_equal(s.low, 1000);
	return s;
}

// vote gives a value its five trials, of which so many pass; the bad come first,
// as an answer that comes early must not be taken.
static void vote(struct search *s, int passes)
{
	const int64_t at = s->at;

	for (int i = 0; i < 5; i++) {
		assert_int_equal(s->at, at);
		assert_int_equal(s->end, SEARCH_GOES_ON);
		search_note(s, i >= 5 - passes);
	}
}

// Four of five make a value believed, at the answer and at the step above it, and
// three do not.
static void test_four_of_five_confirm(void **state)
{
	(void)state;
	for (int passes = 0; passes <= 5; passes++) {
		struct search s = at_confirmation();

		vote(&s, passes);
		assert_int_equal(s.at, passes >= 4 ? 1050 : 952);
		if (passes < 4)
			continue;
		assert_int_equal(s.end, SEARCH_GOES_ON);
		vote(&s, 3);
		assert_int_equal(s.end, SEARCH_FOUND);
		assert_int_equal(s.low, 1000);
		assert_int_equal(s.high, 1050);
	}
}

static void test_four_of_five_move_it_up(void **state)
{
	struct search s = at_confirmation();

	(void)state;
	vote(&s, 5);
	vote(&s, 4);
	assert_int_equal(s.end, SEARCH_GOES_ON);
	assert_int_equal(s.low, 1050);
	assert_true(s.at > 1050);
	vote(&s, 0);
	assert_int_equal(s.end, SEARCH_FOUND);
	assert_int_equal(s.low, 1050);
}

// What one trial says while the search explores is asked again: here it lied.
static void test_a_lucky_trial_is_not_believed(void **state)
{
	struct search s = at_confirmation();

	(void)state;
	while (s.end == SEARCH_GOES_ON) {
		bool fresh = s.confirming;

		search_note(&s, s.at <= 500 || !fresh);
	}
	assert_int_equal(s.end, SEARCH_FOUND);
	assert_in_range(s.low, 476, 500);
}

static void check_slo(const char *text, double p99, double base, bool met)
{
	struct slo slo;
	char why[200];

	assert_int_equal(slo_parse(&slo, text, why, sizeof why), 0);
	assert_int_equal(slo.n, 1);
	assert_string_equal(slo_quantile(slo.condition[0].name), "latency_p99");
	assert_int_equal(slo_met(&slo, &p99, &base), met);
}

static void test_promises(void **state)
{
	struct slo slo;
	char why[200];

	(void)state;
	check_slo("p99<=200us", 200e3, 0, true);
	check_slo("p99<=200us", 201e3, 1e6, false);
	check_slo("p99<=200us", NAN, 0, false);
	check_slo("p99<=max(200us,3*@5)", 290e3, 100e3, true);
	check_slo("p99<=max(3*@5,200us)", 310e3, 100e3, false);
	check_slo("p99<=max(200us,3*@5)", 199e3, 1e3, true);
	check_slo("p99<=1.5*@5", 151e3, 100e3, false);
	assert_int_equal(slo_parse(&slo, "p50<=1ms,p99.9<=max(1s,2*@7)", why,
	                           sizeof why),
	                 0);
	assert_int_equal(slo.n, 2);
	assert_string_equal(slo_quantile(slo.condition[1].name), "latency_p999");
	assert_int_equal(slo.base, 7);
	assert_int_equal(slo_parse(&slo, "p99<=2*@1.5k", why, sizeof why), 0);
	assert_int_equal(slo.base, 1500);
}

// Of programs a promise is of what their rules find, be it a time or a number.
static void test_promises_of_programs(void **state)
{
	char *v[] = {(char[]){"Latency 99%"}, (char[]){"lost"}};
	const struct words names = {v, 2};
	double kept[] = {2e6, 0.5}, broken[] = {2e6, 0.75}, base[] = {0, 0};
	struct slo slo;
	char why[200];

	(void)state;
	assert_int_equal(slo_parse(&slo, "Latency 99%<=2ms,lost<=0.5", why,
	                           sizeof why),
	                 0);
	assert_int_equal(slo_of_program(&slo, &names, why, sizeof why), 0);
	assert_int_equal(slo_of_workloads(&slo, why, sizeof why), -EINVAL);
	assert_true(slo_met(&slo, kept, base));
	assert_false(slo_met(&slo, broken, base));
	assert_int_equal(slo_parse(&slo, "lost<=0,found<=1", why, sizeof why), 0);
	assert_int_equal(slo_of_program(&slo, &names, why, sizeof why), -EINVAL);
	assert_string_equal(why, "at column 9 the name of a metric is missing, of "
	                         "which there are: 'Latency 99%' 'lost'");
}

static void test_mistakes_have_their_column(void **state)
{
	static const struct {
		const char *text;
		int column;
	} wrong[] = {
		{"", 1},
		{"p95<=1ms", 1},
		{"p99<1ms", 4},
		{"p99<=200", 6},
		{"p99<=0s", 6},
		{"p99<=1ms;", 9},
		{"p99<=1ms,", 10},
		{"p99<=1ms,p50", 13},
		{"p99<=3*@", 9},
		{"p99<=3*@0", 9},
		{"p99<=-3*@5", 6},
		{"p99<=nan*@5", 6},
		{"p99<=max(1ms", 13},
		{"p99<=max(1ms,2ms)", 14},
		{"p99<=max(1ms,2*@5", 18},
		{"p99<=2*@5,p50<=2*@6", 19},
		{"p99<=99999999999999999999999999999999999999s", 6},
		{"p99<=1ms,p90<=7", 15},
		{"p99<=1.2.3", 6},
		{"p99<=0x7", 6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char why[200] = "", at[32];
		struct slo slo;

		snprintf(at, sizeof at, "at column %d ", wrong[i].column);
		assert_true(slo_parse(&slo, wrong[i].text, why, sizeof why) ||
		            slo_of_workloads(&slo, why, sizeof why));
		if (strncmp(why, at, strlen(at)) != 0)
			print_error("%s: %s\n", wrong[i].text, why);
		assert_memory_equal(why, at, strlen(at));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_capacity_is_found),
		cmocka_unit_test(test_noise_is_outvoted),
		cmocka_unit_test(test_what_cannot_be_reached_is_said),
		cmocka_unit_test(test_a_coin_ends),
		cmocka_unit_test(test_four_of_five_confirm),
		cmocka_unit_test(test_four_of_five_move_it_up),
		cmocka_unit_test(test_a_lucky_trial_is_not_believed),
		cmocka_unit_test(test_promises),
		cmocka_unit_test(test_promises_of_programs),
		cmocka_unit_test(test_mistakes_have_their_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
