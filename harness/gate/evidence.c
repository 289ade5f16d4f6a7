// evidence.c - from runs to blocks.
//
// Of each arm a block keeps the mean logarithm of its two runs. Logarithms make
// twice as slow and twice as fast equally far from no change.
#include "evidence.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <results/stats.h>
#include <stdlib.h>
#include <string.h>

enum { BASE, HEAD };

#define LITTLE 0.25 // of a variance: the error is an eighth larger for it

static void empty_block(struct evidence_row *r)
{
	for (int arm = 0; arm < GATE_ARMS; arm++)
		r->value[arm][0] = r->value[arm][1] = NAN;
}

// row_of finds or makes the row for one of a run; NULL without memory.
static struct evidence_row *row_of(struct evidence *e,
                                   const struct samples_row *like)
{
	const struct samples_row *name;

	if (samples_add_failed(&e->names, like, 0) != 0)
		return NULL;
	if (e->names.n > e->n) {
		struct evidence_row *all = realloc(e->row,
		                                   e->names.n * sizeof *all);
		if (!all)
			return NULL;
		e->row = all;
		all[e->n] = (struct evidence_row){.n = 0};
		empty_block(&all[e->n++]);
	}
	name = samples_find(&e->names, like->name, like->unit, like->group);
	return &e->row[name - e->names.row];
}

static int median_of(const struct samples_row *r, double *out)
{
	double *v = malloc(r->n * sizeof *v);

	if (!v)
		return -ENOMEM;
	memcpy(v, r->value, r->n * sizeof *v);
	stats_sort(v, r->n);
	*out = stats_median(v, r->n);
	free(v);
	return 0;
}

// is_time says whether a unit has seconds in it.
static bool is_time(const char *unit)
{
	for (const char *at = unit; (at = strstr(at, "sec")); at += 3)
		if ((at == unit || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[3]))
			return true;
	return false;
}

// logarithm of a value of a row; NaN where it has none. Nothing takes no time, and
// a rate of 0 is that of something that does not work.
static double logarithm(const struct samples_row *name, double value)
{
	if (value > 0)
		return log(value);
	return value < 0 || name->better != SAMPLES_LOWER || is_time(name->unit)
	               ? NAN
	               : VERDICT_ZERO;
}

// add counts a value of a side, and returns its logarithm.
static double add(struct evidence_row *r, int side,
                  const struct samples_row *name, double value)
{
	double l = logarithm(name, value);

	if (isnan(l)) {
		r->not_positive = true;
		return l;
	}
	r->sum[side] += l;
	r->plain[side] += value;
	r->runs[side]++;
	r->zeros[side] += value <= 0;
	return l;
}

int evidence_take(struct evidence *e, enum gate_arm arm, int turn,
                  const struct samples *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct evidence_row *r = row_of(e, &run->row[i]);
		int side = arm == GATE_HEAD || e->apart ? HEAD : BASE;
		double value;

		if (!r)
			return -ENOMEM;
		if (!run->row[i].n)
			continue;
		if (median_of(&run->row[i], &value) != 0)
			return -ENOMEM;
		r->value[arm][turn] = add(r, side, &run->row[i], value);
	}
	return 0;
}

// set_apart gives a row its values of base.
static int set_apart(struct evidence_row *r, const struct samples_row *base)
{
	r->apart = calloc(base->n + 1, sizeof *r->apart);
	if (!r->apart)
		return -ENOMEM;
	for (size_t i = 0; i < base->n; i++) {
		double l = add(r, BASE, base, base->value[i]);

		if (!isnan(l))
			r->apart[r->n_apart++] = l;
	}
	stats_sort(r->apart, r->n_apart);
	return 0;
}

int evidence_base(struct evidence *e, const struct samples *base)
{
	int err = 0;

	e->apart = true;
	for (size_t i = 0; !err && i < base->n; i++) {
		struct evidence_row *r = row_of(e, &base->row[i]);

		err = r ? set_apart(r, &base->row[i]) : -ENOMEM;
	}
	return err;
}

static int push(struct relabel_block **v, size_t *n, struct relabel_block x)
{
	struct relabel_block *bigger = realloc(*v, (*n + 1) * sizeof *bigger);

	if (!bigger)
		return -ENOMEM;
	*v = bigger;
	bigger[(*n)++] = x;
	return 0;
}

static double arm_mean(const struct evidence_row *r, enum gate_arm arm)
{
	return (r->value[arm][0] + r->value[arm][1]) / 2;
}

static int keep(struct evidence_row *r, struct relabel_block b, bool confirm)
{
	return confirm ? push(&r->confirm, &r->n_confirm, b)
	               : push(&r->block, &r->n, b);
}

int evidence_put(struct evidence *e, const struct samples_row *like,
                 const struct relabel_block *block, bool confirm)
{
	struct evidence_row *r = row_of(e, like);

	return r ? keep(r, *block, confirm) : -ENOMEM;
}

// block_of is what this block saw.
static struct relabel_block block_of(const struct evidence_row *r, bool apart)
{
	if (!apart)
		return (struct relabel_block){.head = arm_mean(r, GATE_HEAD),
		                              .base = arm_mean(r, GATE_BASE),
		                              .again = arm_mean(r, GATE_AGAIN)};
	return (struct relabel_block){
		.head = r->value[GATE_HEAD][0],
		.base = r->n_apart ? stats_median(r->apart, r->n_apart) : NAN,
		.again = r->value[GATE_AGAIN][0]};
}

static int end_block(struct evidence_row *r, bool apart, bool confirm)
{
	const struct relabel_block b = block_of(r, apart);

	if (!isnan(b.base) && (isnan(b.head) || (apart && isnan(b.again))))
		r->missed++;
	empty_block(r);
	if (isnan(relabel_change(&b)))
		return 0;
	return keep(r, b, confirm);
}

int evidence_block(struct evidence *e, bool confirm)
{
	int err = 0;

	for (size_t i = 0; !err && i < e->n; i++)
		err = end_block(&e->row[i], e->apart, confirm);
	return err;
}

//---------------------------------------------------------------------------
// Judging
//---------------------------------------------------------------------------

static bool is_far_quantile(const char *word, size_t n)
{
	if (n >= 3 && (*word == 'p' || *word == 'P') && word[1] == '9') {
		for (size_t i = 2; i < n; i++)
			if (!isdigit((unsigned char)word[i]))
				return false;
		return true;
	}
	return n == 3 && strncmp(word, "max", 3) == 0;
}

bool evidence_is_tail(const char *unit)
{
	while (*unit) {
		size_t n = 0;

		while (isalnum((unsigned char)unit[n]))
			n++;
		if (is_far_quantile(unit, n))
			return true;
		unit += n + (unit[n] != '\0');
	}
	return false;
}

bool evidence_gates(const struct samples_row *name, bool tails)
{
	return name->better != SAMPLES_UNKNOWN &&
	       (tails || !evidence_is_tail(name->unit));
}

size_t evidence_gated(const struct evidence *e, bool tails)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++)
		n += evidence_gates(&e->names.row[i], tails) ? 1 : 0;
	return n;
}

// The mean of values, and the sum of their squared distances from it, as they
// come (Welford 1962).
struct moments {
	double n, mean, squares;
};

static void add_value(struct moments *m, double v)
{
	double far = v - m->mean;

	m->n++;
	m->mean += far / m->n;
	m->squares += far * (v - m->mean);
}

// squared_error is that of the mean: its variance.
static double squared_error(const struct moments *m)
{
	return m->n < 2 ? INFINITY : m->squares / (m->n - 1) / m->n;
}

// error_beside is the standard error of the mean change.
static double error_beside(const struct relabel_block *block, size_t n)
{
	struct moments m = {.n = 0};

	for (size_t i = 0; i < n; i++)
		add_value(&m, relabel_change(&block[i]));
	return sqrt(squared_error(&m));
}

static bool precise_apart(const struct evidence_row *r,
                          const struct relabel_block *block, size_t n,
                          double error)
{
	struct moments head = {.n = 0}, base = {.n = 0};
	double own, kept;

	for (size_t i = 0; i < n; i++) {
		add_value(&head, block[i].head);
		add_value(&head, block[i].again);
	}
	for (size_t i = 0; i < r->n_apart; i++)
		add_value(&base, r->apart[i]);
	own = squared_error(&head);
	kept = squared_error(&base);
	return own + kept <= error * error ||
	       (kept > error * error && own <= LITTLE * kept);
}

bool evidence_row_precise(const struct evidence *e, size_t row, bool confirm,
                          double error)
{
	const struct evidence_row *r = &e->row[row];
	const struct relabel_block *block = confirm ? r->confirm : r->block;
	size_t n = confirm ? r->n_confirm : r->n;

	// Where some are 0 there is no ratio to be known precisely.
	if (r->zeros[BASE] || r->zeros[HEAD])
		return true;
	return e->apart ? precise_apart(r, block, n, error)
	                : error_beside(block, n) <= error;
}

bool evidence_precise(const struct evidence *e, bool tails, double error)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->row[i].n && evidence_gates(&e->names.row[i], tails) &&
		    !evidence_row_precise(e, i, false, error))
			return false;
	return true;
}

// failure says why a row has no verdict by numbers; NULL: it may have, or it is
// only shown.
static const char *failure(const struct evidence *e, size_t i, bool tails)
{
	const struct evidence_row *r = &e->row[i];

	if (*e->failure)
		return e->failure;
	if (!evidence_gates(&e->names.row[i], tails))
		return NULL;
	if (r->not_positive)
		return "a value is not above 0";
	if (r->runs[BASE] && r->missed)
		return "head does not have it, or not in every run";
	return NULL;
}

static double typical(const struct evidence_row *r, int side)
{
	if (r->zeros[side])
		return r->plain[side] / (double)r->runs[side];
	return r->runs[side] ? exp(r->sum[side] / (double)r->runs[side]) : NAN;
}

int evidence_verdict(struct evidence *e, bool tails, struct verdict *v)
{
	struct verdict_row *all = realloc(e->verdict, (e->n + 1) * sizeof *all);

	if (!all)
		return -ENOMEM;
	e->verdict = all;
	for (size_t i = 0; i < e->n; i++) {
		const struct samples_row *name = &e->names.row[i];
		const struct evidence_row *r = &e->row[i];

		all[i] = (struct verdict_row){
			.name = name->name,
			.unit = name->unit,
			.group = name->group,
			.better = name->better,
			.tail = !tails && evidence_is_tail(name->unit),
			.failure = failure(e, i, tails),
			.no_baseline = evidence_gates(name, tails) &&
		                       !r->runs[BASE] && r->runs[HEAD],
			.block = r->block,
			.confirm = r->confirm,
			.n = r->n,
			.n_confirm = r->n_confirm,
			.apart = r->apart,
			.n_apart = r->n_apart,
			.counted = strcmp(name->unit, EVIDENCE_COUNTED) == 0,
			.base = typical(r, BASE),
			.head = typical(r, HEAD),
		};
	}
	v->row = all;
	v->n = e->n;
	return 0;
}

void evidence_free(struct evidence *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->row[i].apart);
		free(e->row[i].block);
		free(e->row[i].confirm);
	}
	free(e->row);
	free(e->verdict);
	samples_free(&e->names);
	*e = (struct evidence){.n = 0};
}
