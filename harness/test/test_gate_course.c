// test_gate_course.c - the course of a gate, on a clock and with blocks that are
// made up.
#include "../gate/course.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <math.h>
#include <results/random.h>

// A gate of n rows, of which the first is slower by that logarithm.
struct play {
	struct course course;
	struct evidence evidence;
	struct verdict verdict;
	size_t rows, told;
	double change, noise;
	double now, takes;
	uint64_t state;
	size_t main, confirm; // blocks
};

static double elapsed(void *of)
{
	return ((struct play *)of)->now;
}

// uneven is between -1 and 1.
static double uneven(struct play *p)
{
	return (double)random_below(&p->state, 2001) / 1000 - 1;
}

static int block(void *of, size_t number, bool confirm)
{
	struct play *p = of;

	assert_int_equal(number,
	                 confirm ? COURSE_BLOCKS_MAX + p->confirm : p->main);
	if (confirm)
		p->confirm++;
	else
		p->main++;
	p->now += p->takes * (1 + 0.1 * uneven(p));
	for (size_t i = 0; i < p->rows; i++) {
		const struct relabel_block b = {.head = (i ? 0 : p->change) +
		                                        p->noise * uneven(p),
		                                .base = p->noise * uneven(p),
		                                .again = p->noise * uneven(p)};
		char name[32];
		const struct samples_row like = {.name = name,
		                                 .unit = "sec/op",
		                                 .group = "",
		                                 .host = "",
		                                 .better = SAMPLES_LOWER};

		snprintf(name, sizeof name, "Row%zu", i);
		assert_int_equal(evidence_put(&p->evidence, &like, &b, confirm),
		                 0);
	}
	return 0;
}

static void known(void *of)
{
	((struct play *)of)->told++;
}

static void play(struct play *p, size_t rows, double change, double noise,
                 double budget)
{
	*p = (struct play){.rows = rows,
	                   .change = change,
	                   .noise = noise,
	                   .now = 0.5,
	                   .takes = 1,
	                   .state = 1,
	                   .verdict = {.threshold = 0.02, .alpha = 0.05}};
	p->course = (struct course){.source = {elapsed, block, known, p},
	                            .budget = budget,
	                            .evidence = &p->evidence,
	                            .verdict = &p->verdict};
	assert_int_equal(course_run(&p->course), 0);
	assert_int_equal(p->told, 1);
	assert_int_equal(p->course.blocks, p->main + p->confirm);
}

// Whatever the budget is, confirmation is no reason to overrun it; and where it
// was said to be enough, a row that is seen is also confirmed.
static void test_budget(void **state)
{
	static const struct {
		size_t rows;
		double from, to;
	} all[] = {{1, 2, 40}, {40, 12, 22}};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		for (double budget = all[i].from; budget < all[i].to; budget++) {
			struct play p;

			play(&p, all[i].rows, log(1.1), 0.03, budget);
			// A block may take 0.2 s longer than the one before.
			assert_true(p.now < budget + 0.2);
			if (p.course.needed > 0)
				assert_true(p.course.needed > budget);
			else
				assert_int_equal(p.verdict.end,
				                 VERDICT_END_REGRESSED);
			evidence_free(&p.evidence);
		}
	}
}

static void test_too_short_to_confirm(void **state)
{
	struct play p;

	(void)state;
	play(&p, 1, log(1.1), 0.001, 5);
	assert_int_equal(p.main, 3);
	assert_true(p.course.needed > 9 && p.course.needed < 12);
	assert_true(p.verdict.row[0].flagged);
	assert_true(p.verdict.row[0].unconfirmed);
	assert_int_equal(p.verdict.end, VERDICT_END_INCONCLUSIVE);
	evidence_free(&p.evidence);
}

// Whether there is a difference must not change when it stops.
static void test_stops_for_precision(void **state)
{
	struct play slow, alike, rough;

	(void)state;
	play(&slow, 1, log(1.1), 0.01, 1000);
	play(&alike, 1, 0, 0.01, 1000);
	play(&rough, 1, 0, 0.05, 1000);
	assert_int_equal(slow.main, alike.main);
	assert_true(slow.main >= 8 && rough.main > alike.main);
	assert_int_equal(alike.confirm, 0);
	assert_int_equal(slow.confirm, slow.main);
	assert_int_equal(slow.verdict.end, VERDICT_END_REGRESSED);
	assert_int_equal(alike.verdict.end, VERDICT_PASS);
	evidence_free(&slow.evidence);
	evidence_free(&alike.evidence);
	evidence_free(&rough.evidence);
}

static int no_block(void *of, size_t number, bool confirm)
{
	(void)of;
	(void)number;
	(void)confirm;
	return 1;
}

static void test_block_that_fails(void **state)
{
	struct play p = {.verdict = {.threshold = 0.02, .alpha = 0.05}};

	(void)state;
	p.course = (struct course){.source = {elapsed, no_block, known, &p},
	                           .budget = 10,
	                           .evidence = &p.evidence,
	                           .verdict = &p.verdict};
	assert_int_equal(course_run(&p.course), 1);
	assert_int_equal(p.told, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_too_short_to_confirm),
		cmocka_unit_test(test_stops_for_precision),
		cmocka_unit_test(test_block_that_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
