// fidelity_made.h - measurements made by hand, of Dyno and of Go, to be judged.
#ifndef RESULTS_TEST_FIDELITY_MADE_H
#define RESULTS_TEST_FIDELITY_MADE_H

#include "../fidelity.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PROCS = 4, TRIALS = 6 };

static const int made_procs[PROCS] = {1, 2, 4, 8};

// How far trials lie from their mean, in spreads: the same at each point.
static const double off[TRIALS] = {0, -0.6, 1, 0.3, -1, 0.5};

// One side of a made experiment.
struct made {
	const char *policy;
	double at[PROCS]; // throughput by GOMAXPROCS
	double spread;    // of the trials around it, relative
	int trials;       // of each point; 0: TRIALS
	int threads;      // in schedtrace; 0: none of it
	double p99;       // s; 0: none
	int failed;       // trials of each point that crash
};

static inline void add_sample(struct fidelity *f, const struct made *m,
                              enum fidelity_side side, int i)
{
	const struct fidelity_place at = {"w", "n=8", made_procs[i]};
	const double value[FIDELITY_MEASURES] = {
		[FIDELITY_P99] = m->p99 > 0 ? m->p99 : NAN,
		[FIDELITY_THREADS] = m->threads ? (double)m->threads : NAN,
		[FIDELITY_SPINNING] = m->threads ? 0.1 : NAN,
		[FIDELITY_STEALS] = side == FIDELITY_DYNO ? 0.05 : NAN,
	};
	for (int j = 0; j < (m->trials ? m->trials : TRIALS); j++) {
		assert_int_equal(fidelity_add(f, &at, FIDELITY_THROUGHPUT, side,
		                              m->at[i] * (1 + m->spread * off[j])),
		                 0);
		for (int k = FIDELITY_P50; k < FIDELITY_MEASURES; k++)
			if (value[k] != 0)
				assert_int_equal(
					fidelity_add(f, &at,
				                     (enum fidelity_measure)k,
				                     side, value[k]),
					0);
	}
	assert_int_equal(fidelity_add_failed(f, &at, side, (size_t)m->failed), 0);
}

// judged judges two sides, as they would come out of a store.
static inline void judged(struct fidelity *f, struct made dyno, struct made go)
{
	*f = (struct fidelity){.policy = "go1.27", .go = "go1.26"};
	for (int i = PROCS; i-- > 0;) {
		add_sample(f, &dyno, FIDELITY_DYNO, i);
		add_sample(f, &go, FIDELITY_GO, i);
	}
	fidelity_judge(f);
	assert_int_equal(f->n, 1);
}

static inline void expect(const struct fidelity *f, enum fidelity_measure m,
                          enum fidelity_word word)
{
	if (f->workload[0].word[m] != word)
		fail_msg("%s %s", fidelity_measure_name(m),
		         fidelity_word_name(f->workload[0].word[m]));
}

static inline void expect_verdict(const struct fidelity *f,
                                  enum fidelity_word word)
{
	assert_string_equal(fidelity_word_name(f->workload[0].verdict),
	                    fidelity_word_name(word));
}

#define RISING \
	{ \
		100, 190, 200, 150 \
	}

#endif
