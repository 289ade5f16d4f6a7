// verdict.c - from changes to verdicts.
//
// Rows of one gate are told apart by what they are tested for, and each family of
// tests is adjusted by itself: worse, better, alike, null. The gate fails for
// "worse" only, whose family-wise error is at most alpha, and smaller still
// where confirmation is asked for.
//
// A gate ends by the worst of its rows; but when base (or, where that was kept,
// head) differs from itself the machine was too noisy to say anything of head,
// except that it failed.
#include "verdict.h"

#include "hodges_lehmann.h"
#include "holm.h"
#include "power.h"
#include "sign_flip.h"
#include "stats.h"
#include "verdict_apart.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
#define POWER 0.8
// What was run again, against itself: a false alarm costs a gate, so that it is rarer than a
// false finding, and what is far below the threshold harms nobody.
#define NULL_ALPHA 0.01
#define NULL_SHARE 0.5 // of the threshold

//---------------------------------------------------------------------------
// Names and codes
//---------------------------------------------------------------------------

static const char *const kind_name[] = {
	[VERDICT_REGRESSED] = "regressed",
	[VERDICT_FAILED] = "failed",
	[VERDICT_NO_BASELINE] = "no-baseline",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_IMPROVED] = "improved",
	[VERDICT_EQUIVALENT] = "equivalent",
	[VERDICT_SHOWN] = "shown",
};
_Static_assert(sizeof kind_name / sizeof *kind_name == VERDICT_KINDS,
               "every kind has a name");

static const struct {
	const char *name;
	int exit;
} ends[] = {
	[VERDICT_PASS] = {"pass", 0},
	[VERDICT_END_REGRESSED] = {"regressed", 3},
	[VERDICT_END_FAILED] = {"failed", 6},
	[VERDICT_END_NO_BASELINE] = {"no-baseline", 5},
	[VERDICT_END_INCONCLUSIVE] = {"inconclusive", 4},
	[VERDICT_TOO_NOISY] = {"too-noisy", 4},
	[VERDICT_UNFINISHED] = {"unfinished", 1},
};
_Static_assert(sizeof ends / sizeof *ends == VERDICT_ENDS,
               "every end has a name and a code");

const char *verdict_kind_name(enum verdict_kind k)
{
	return kind_name[k];
}

const char *verdict_end_name(enum verdict_end e)
{
	return ends[e].name;
}

int verdict_end_parse(const char *name, enum verdict_end *out)
{
	for (int i = 0; i < VERDICT_ENDS; i++) {
		if (strcmp(name, ends[i].name))
			continue;
		*out = (enum verdict_end)i;
		return 0;
	}
	return -EINVAL;
}

int verdict_exit(enum verdict_end e, unsigned fail_on)
{
	bool counts = fail_on >> e & 1 || e == VERDICT_UNFINISHED;
	return counts ? ends[e].exit : 0;
}

int verdict_fail_on(const char *list, unsigned *out)
{
	unsigned set = 0;
	do {
		char word[32];
		size_t n = strcspn(list, ",");
		enum verdict_end e;
		snprintf(word, sizeof word, "%.*s", (int)(n < 32 ? n : 31), list);
		if (verdict_end_parse(word, &e) || e == VERDICT_PASS ||
		    e == VERDICT_UNFINISHED)
			return -EINVAL;
		set |= 1u << e;
		list += n;
	} while (*list++ == ',');
	*out = set;
	return 0;
}

//---------------------------------------------------------------------------
// One row
//---------------------------------------------------------------------------

static bool is_gated(const struct verdict_row *r)
{
	return !r->failure && !r->no_baseline && !r->tail &&
	       r->better != SAMPLES_UNKNOWN;
}

static size_t gated_rows(const struct verdict *v)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++)
		if (is_gated(&v->row[i]))
			n++;
	return n;
}

// changes and nulls return one value a block: to be freed, NULL without memory.
static double *changes(const struct verdict_row *r)
{
	double *v = calloc(r->n + 1, sizeof *v);
	for (size_t i = 0; v && i < r->n; i++)
		v[i] = relabel_change(&r->block[i]);
	return v;
}

static double *nulls(const struct verdict_row *r, size_t n)
{
	double *v = calloc(n + 1, sizeof *v);
	for (size_t i = 0; v && i < n; i++) {
		const struct relabel_block *b = i < r->n ? &r->block[i]
		                                         : &r->confirm[i - r->n];
		v[i] = b->again - (r->apart ? b->head : b->base);
	}
	return v;
}

// null_blocks: where those before confirmation are too few to see base differ from
// itself, those of confirmation count too. Whether there are any tells nothing of
// how base and base again differ.
static size_t null_blocks(const struct verdict *v, const struct verdict_row *r)
{
	bool enough = r->n >= verdict_null_blocks(gated_rows(v));
	return enough ? r->n : r->n + r->n_confirm;
}

// is_counted says whether a row is decided by what it counts, without a test.
static bool is_counted(const struct verdict_row *r)
{
	return is_gated(r) && r->counted && r->n_apart && r->n;
}

// beyond: is sign * change above fence, either way of zero?
static int beyond(const struct verdict *v, const struct verdict_row *r,
                  const struct relabel_block *block, size_t n, double sign,
                  double fence, double *p)
{
	struct relabel test;
	if (r->apart)
		return verdict_apart_beyond(r, block, n, sign, fence, p);
	int err = relabel_test(block, n, sign, fence, v->seed, &test);
	if (!err)
		*p = test.p;
	return err;
}

// null_p tests what was run again against itself.
static int null_p(const struct verdict *v, const struct verdict_row *r, double *p)
{
	size_t n = null_blocks(v, r);
	double *null = nulls(r, n);
	struct sign_flip test;
	if (!null)
		return -ENOMEM;
	int err = sign_flip_robust(null, n, SIGN_FLIP_BOTH, v->seed, &test);
	if (!err)
		*p = test.p;
	free(null);
	return err;
}

// worse_sign turns changes so that up is worse.
static double worse_sign(const struct verdict_row *r)
{
	return r->better == SAMPLES_HIGHER ? -1 : 1;
}

static int test_row(const struct verdict *v, struct verdict_row *r)
{
	double worse = worse_sign(r), fence = log1p(v->threshold);
	double above, below;
	int err = beyond(v, r, r->block, r->n, worse, fence, &r->p_worse);
	if (!err)
		err = beyond(v, r, r->block, r->n, -worse, fence, &r->p_better);
	if (!err)
		err = beyond(v, r, r->block, r->n, 1, -fence, &above);
	if (!err)
		err = beyond(v, r, r->block, r->n, -1, -fence, &below);
	if (!err)
		err = null_p(v, r, &r->p_null);
	if (!err)
		r->p_alike = above > below ? above : below;
	return err;
}

static bool is_zero(double logarithm)
{
	return logarithm < VERDICT_ZERO_FENCE;
}

static bool zero_in(const struct relabel_block *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_zero(b[i].head) || is_zero(b[i].base) ||
		    is_zero(b[i].again))
			return true;
	return false;
}

bool verdict_has_zero(const struct verdict_row *r)
{
	for (size_t i = 0; i < r->n_apart; i++)
		if (is_zero(r->apart[i]))
			return true;
	return zero_in(r->block, r->n) || zero_in(r->confirm, r->n_confirm);
}

static int estimate_row(struct verdict_row *r)
{
	struct hodges_lehmann h;
	if (!r->n || verdict_has_zero(r))
		return 0;
	double *change = r->apart ? NULL : changes(r);
	if (!r->apart && !change)
		return -ENOMEM;
	int err = r->apart ? verdict_apart_estimate(r, CONFIDENCE, &h)
	                   : hodges_lehmann_one(change, r->n, CONFIDENCE, &h);
	free(change);
	if (err)
		return err;
	r->estimate = expm1(h.estimate);
	if (!h.range) {
		r->low = expm1(h.low);
		r->high = expm1(h.high);
	}
	return 0;
}

static void forget_findings(struct verdict_row *r)
{
	r->kind = VERDICT_SHOWN;
	r->flagged = r->unconfirmed = false;
	r->estimate = r->low = r->high = r->detectable = r->unsteady = NAN;
	r->p_worse = r->p_better = r->p_alike = r->p_null = NAN;
}

//---------------------------------------------------------------------------
// All rows
//---------------------------------------------------------------------------

// adjust is Holm's over one of the p-values of all rows, named by its offset.
static int adjust(struct verdict *v, size_t offset)
{
	double *p = calloc(v->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < v->n; i++)
		memcpy(&p[i], (char *)&v->row[i] + offset, sizeof *p);
	int err = holm_adjust(p, v->n);
	for (size_t i = 0; i < v->n; i++)
		memcpy((char *)&v->row[i] + offset, &p[i], sizeof *p);
	free(p);
	return err;
}

static int adjust_all(struct verdict *v)
{
	static const size_t offsets[] = {
		offsetof(struct verdict_row, p_worse),
		offsetof(struct verdict_row, p_better),
		offsetof(struct verdict_row, p_alike),
		offsetof(struct verdict_row, p_null),
	};
	int err = 0;
	for (size_t i = 0; !err && i < sizeof offsets / sizeof *offsets; i++)
		err = adjust(v, offsets[i]);
	return err;
}

size_t verdict_blocks(size_t rows, double alpha)
{
	size_t n = 1;
	while (pow(3, -(double)n) * (double)rows >= alpha)
		n++;
	return n;
}

// Flipped signs reach 2^(1-n).
size_t verdict_null_blocks(size_t rows)
{
	size_t n = 1;
	while (ldexp((double)rows, 1 - (int)n) >= NULL_ALPHA)
		n++;
	return n;
}

// spread is the standard deviation of the changes, wild ones drawn in.
static double spread(const struct verdict_row *r)
{
	double *v = changes(r), sum = 0;
	if (!v)
		return NAN;
	stats_sort(v, r->n);
	double middle = stats_median(v, r->n);
	double most = 3 * 1.4826 * stats_mad(v, r->n);
	for (size_t i = 0; i < r->n; i++) {
		double far = fmin(fabs(v[i] - middle), most);
		sum += far * far;
	}
	free(v);
	return sqrt(sum / (double)(r->n - 1));
}

// What could be seen with that many blocks, for a spread of 1; it takes a while
// to find, and most rows have the same number.
struct sight {
	size_t blocks;
	double seen;
};

static double detectable(const struct verdict *v, const struct verdict_row *r,
                         size_t rows, struct sight *s)
{
	if (r->n < 2 || r->n < verdict_blocks(rows, v->alpha))
		return INFINITY;
	double alpha = 2 * v->alpha / (double)rows; // one side, the hardest row
	if (r->apart)
		return expm1(log1p(v->threshold) +
		             verdict_apart_detectable(r, alpha / 2, POWER));
	if (s->blocks != r->n)
		*s = (struct sight){r->n,
		                    power_detectable_one(1, r->n, alpha, POWER)};
	return expm1(log1p(v->threshold) + spread(r) * s->seen);
}

// confirmed: does the finding come again in the blocks run for it? All that were
// flagged are adjusted for.
static int confirmed(const struct verdict *v, const struct verdict_row *r,
                     double sign, size_t flagged, bool *out)
{
	double p;
	int err = beyond(v, r, r->confirm, r->n_confirm, sign,
	                 log1p(v->threshold), &p);
	*out = !err && p * (double)flagged < v->alpha;
	return err;
}

static int settle(const struct verdict *v, struct verdict_row *r, size_t flagged)
{
	bool worse = r->p_worse < v->alpha, again = false;
	r->kind = VERDICT_INCONCLUSIVE;
	r->unconfirmed = r->flagged &&
	                 r->n_confirm < verdict_blocks(flagged, v->alpha);
	if (r->flagged && !r->unconfirmed) {
		double sign = worse ? worse_sign(r) : -worse_sign(r);
		int err = confirmed(v, r, sign, flagged, &again);
		if (err)
			return err;
	}
	if (again)
		r->kind = worse ? VERDICT_REGRESSED : VERDICT_IMPROVED;
	else if (!r->flagged && r->p_alike < v->alpha)
		r->kind = VERDICT_EQUIVALENT;
	else if (!r->flagged && verdict_has_zero(r))
		r->kind = VERDICT_SHOWN;
	return 0;
}

static int settle_all(struct verdict *v)
{
	size_t flagged = 0, rows = gated_rows(v);
	struct sight sight = {0};
	int err = 0;
	for (size_t i = 0; i < v->n; i++) {
		struct verdict_row *r = &v->row[i];
		r->flagged = is_gated(r) &&
		             (r->p_worse < v->alpha || r->p_better < v->alpha);
		flagged += r->flagged ? 1 : 0;
	}
	for (size_t i = 0; !err && i < v->n; i++) {
		struct verdict_row *r = &v->row[i];
		if (r->failure)
			r->kind = VERDICT_FAILED;
		else if (r->no_baseline)
			r->kind = VERDICT_NO_BASELINE;
		else if (is_counted(r))
			verdict_apart_count(r, v->threshold);
		else if (is_gated(r))
			err = settle(v, r, flagged);
		if (is_gated(r) && !is_counted(r) && !verdict_has_zero(r))
			r->detectable = detectable(v, r, rows, &sight);
	}
	return err;
}

// differs_from_itself: the null of a row is far from nothing.
static int differs_from_itself(const struct verdict *v,
                               const struct verdict_row *r, bool *out)
{
	struct hodges_lehmann h;
	*out = false;
	if (!is_gated(r) || !(r->p_null < NULL_ALPHA))
		return 0;
	size_t n = null_blocks(v, r);
	double *null = nulls(r, n);
	if (!null)
		return -ENOMEM;
	int err = hodges_lehmann_one(null, n, CONFIDENCE, &h);
	*out = !err && fabs(h.estimate) > NULL_SHARE * log1p(v->threshold);
	free(null);
	return err;
}

static enum verdict_end end_of(const struct verdict *v, bool noisy)
{
	static const struct {
		enum verdict_kind kind;
		enum verdict_end end;
	} worst_first[] = {
		{VERDICT_REGRESSED, VERDICT_END_REGRESSED},
		{VERDICT_NO_BASELINE, VERDICT_END_NO_BASELINE},
		{VERDICT_INCONCLUSIVE, VERDICT_END_INCONCLUSIVE},
	};
	bool has[VERDICT_KINDS] = {false};
	for (size_t i = 0; i < v->n; i++)
		has[v->row[i].kind] = true;
	if (has[VERDICT_FAILED])
		return VERDICT_END_FAILED;
	if (noisy)
		return VERDICT_TOO_NOISY;
	for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++)
		if (has[worst_first[i].kind])
			return worst_first[i].end;
	return VERDICT_PASS;
}

int verdict_decide(struct verdict *v)
{
	bool noisy = false;
	int err = 0;
	for (size_t i = 0; !err && i < v->n; i++) {
		struct verdict_row *r = &v->row[i];
		forget_findings(r);
		if (!r->failure && !r->no_baseline)
			err = estimate_row(r);
		if (!err && is_gated(r) && !is_counted(r))
			err = test_row(v, r);
	}
	if (!err)
		err = adjust_all(v);
	if (!err)
		err = settle_all(v);
	for (size_t i = 0; !err && !noisy && i < v->n; i++)
		err = differs_from_itself(v, &v->row[i], &noisy);
	if (!err)
		v->end = v->interrupted ? VERDICT_UNFINISHED : end_of(v, noisy);
	return err;
}
