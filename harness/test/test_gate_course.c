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
	double later; // how much more noise there is when it confirms; 0: as much
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
	double noise = p->noise * (confirm && p->later > 0 ? p->later : 1);

	assert_int_equal(number,
	                 confirm ? COURSE_BLOCKS_MAX + p->confirm : p->main);
	if (confirm)
		p->confirm++;
	else
		p->main++;
	p->now += p->takes * (1 + 0.1 * uneven(p));
	for (size_t i = 0; i < p->rows; i++) {
		const struct relabel_block b = {.head = (i ? 0 : p->change) +
		                                        noise * uneven(p),
		                                .base = noise * uneven(p),
		                                .again = noise * uneven(p)};
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

// play_later is play with so many times the noise when it confirms.
static void play_later(struct play *p, size_t rows, double change, double noise,
                       double budget, double later)
{
	*p = (struct play){.rows = rows,
	                   .change = change,
	                   .noise = noise,
	                   .later = later,
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

static void play(struct play *p, size_t rows, double change, double noise,
                 double budget)
{
	play_later(p, rows, change, noise, budget, 0);
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

// A bad time while it confirms takes more blocks, not what was seen.
static void test_confirms_as_precisely(void **state)
{
	struct play good, bad, some;

	(void)state;
	play(&good, 1, log(1.06), 0.01, 1000);
	play_later(&bad, 1, log(1.06), 0.01, 1000, 8);
	play_later(&some, 3, log(1.06), 0.01, 1000, 8);
	assert_int_equal(good.main, bad.main);
	assert_true(bad.confirm > 3 * good.confirm);
	assert_true(bad.confirm < COURSE_BLOCKS_MAX);
	assert_int_equal(bad.verdict.end, VERDICT_END_REGRESSED);
	// Only the flagged row is waited for.
	assert_true(some.verdict.row[0].flagged && !some.verdict.row[1].flagged);
	assert_int_equal(some.verdict.row[0].kind, VERDICT_REGRESSED);
	evidence_free(&good.evidence);
	evidence_free(&bad.evidence);
	evidence_free(&some.evidence);
	// But not longer than the budget.
	play_later(&bad, 1, log(1.06), 0.01, 40, 8);
	assert_true(bad.now < 40.2 && bad.confirm > good.confirm);
	evidence_free(&bad.evidence);
}

// What is kept for confirmation is not lost where there is nothing to confirm.
static void test_spends_the_budget(void **state)
{
	struct play p;

	(void)state;
	play(&p, 1, 0, 0.05, 30);
	assert_true(p.now > 28.5 && p.now < 30.2);
	assert_int_equal(p.confirm, 0);
	assert_int_equal(p.course.blocks, p.evidence.row[0].n);
	evidence_free(&p.evidence);
	// Nor is it spent once all is known.
	play(&p, 1, 0, 0.01, 30);
	assert_true(p.now < 15);
	evidence_free(&p.evidence);
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
		cmocka_unit_test(test_confirms_as_precisely),
		cmocka_unit_test(test_spends_the_budget),
		cmocka_unit_test(test_block_that_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
