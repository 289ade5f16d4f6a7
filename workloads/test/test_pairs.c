// test_pairs.c - every workload gives its known answer under every two policies
// together, and each of them on 1, 2 and 4 Ps; all in one process.
//
// Where each step is slow, every second workload does under the one row, and the
// others under the next.
#include "pairs.h"

#include <dyno/policy.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static const int procs[] = {1, 2, 4};

enum { PROCS = sizeof(procs) / sizeof(procs[0]), SPEC_MAX = 256 };

#ifdef PAIRS_SLOW
enum { SHARES = 2 };
#else
enum { SHARES = 1 };
#endif

// The last axis is the number of Ps.
static struct pairs axes_of_policies(void)
{
	struct pairs p = {0};

	for (; dy_policy_axis((size_t)p.axes); p.axes++) {
		int n = 0;

		assert_true(p.axes < PAIRS_AXES - 1);
		while (dy_policy_choice((size_t)p.axes, (size_t)n))
			n++;
		assert_true(n > 0 && n <= PAIRS_CHOICES);
		p.choices[p.axes] = n;
	}
	p.choices[p.axes++] = PROCS;
	return p;
}

// spec_of writes the policies of a row: "steal=one,global=never".
static void spec_of(const struct pairs *p, const int *row, char *out)
{
	int len = 0;

	for (int i = 0; i < p->axes - 1; i++) {
		size_t axis = (size_t)i;

		len += snprintf(out + len, SPEC_MAX - (size_t)len, "%s%s=%s",
		                i ? "," : "", dy_policy_axis(axis),
		                dy_policy_choice(axis, (size_t)row[i])->name);
		assert_true(len < SPEC_MAX);
	}
}

static void check(const struct workload *w, const char *spec, int n)
{
	struct trial t = {.w = w, .procs = n, .rounds = 1, .policy = spec};

	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP)
		return;
	if (t.prepare_err || !t.verified)
		fail_msg("%s under %s on %d Ps: %s", w->name, spec, n, t.run.why);
}

static void test_every_workload_under_every_two_policies(void **state)
{
	struct pairs p = axes_of_policies();
	int row[PAIRS_AXES];
	char spec[SPEC_MAX];

	(void)state;
	for (size_t rows = 0; pairs_next(&p, row); rows++) {
		const struct workload *w;

		spec_of(&p, row, spec);
		for (size_t i = rows % SHARES; (w = wl_catalogue(i)); i += SHARES)
			if (!trial_may_starve(w, spec))
				check(w, spec, procs[row[p.axes - 1]]);
	}
}

// Whoever is left out under a row meets each of its choices under another.
static void test_no_choice_is_left_out_of_a_share(void **state)
{
	bool had[SHARES][PAIRS_AXES][PAIRS_CHOICES] = {{{false}}};
	struct pairs p = axes_of_policies();
	int row[PAIRS_AXES];

	(void)state;
	for (size_t rows = 0; pairs_next(&p, row); rows++)
		for (int i = 0; i < p.axes; i++)
			had[rows % SHARES][i][row[i]] = true;
	for (int share = 0; share < SHARES; share++)
		for (int i = 0; i < p.axes; i++)
			for (int j = 0; j < p.choices[i]; j++)
				assert_true(had[share][i][j]);
}

static void test_no_pair_is_left_out(void **state)
{
	struct pairs p = {.axes = 4, .choices = {5, 3, 1, 4}};
	bool had[4][5][4][5] = {{{{false}}}};
	int row[PAIRS_AXES], rows = 0;

	(void)state;
	for (; pairs_next(&p, row); rows++)
		for (int i = 0; i < 4; i++)
			for (int j = 0; j < 4; j++)
				had[i][row[i]][j][row[j]] = true;
	assert_true(rows >= 20 && rows <= 30);
	for (int i = 0; i < 4; i++)
		for (int j = i + 1; j < 4; j++)
			for (int a = 0; a < p.choices[i]; a++)
				for (int b = 0; b < p.choices[j]; b++)
					assert_true(had[i][a][j][b]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_pair_is_left_out),
		cmocka_unit_test(test_no_choice_is_left_out_of_a_share),
		cmocka_unit_test(test_every_workload_under_every_two_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
