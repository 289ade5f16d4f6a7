// tally.c - what an experiment has so far, and whether that is enough.
//
// Enough is as many undisturbed blocks as are planned; or fewer, once the
// interval of every point's median is narrow enough (precision, never
// significance: stopping when a difference shows would find one in noise).
//
// A disturbed block is kept and another one scheduled at the end, half as many
// as are planned at the most. Where most blocks are disturbed that is how the
// machine is: repeating them would buy nothing but time, so none is repeated.
#include "tally.h"

#include "metric.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <results/bootstrap.h>
#include <results/stats.h>
#include <stdlib.h>
#include <string.h>

enum { MISSING, CLEAN, DISTURBED };

enum { JUDGED = 3 }; // blocks that show how a machine is

#define CONFIDENCE 0.95

size_t tally_blocks(const struct request *r)
{
	size_t planned = (size_t)r->reps;

	return r->foreign_limit > 0 && !r->budgeted ? planned + (planned + 1) / 2
	                                            : planned;
}

int tally_begin(struct tally *t, const struct plan *plan)
{
	const struct request *r = plan->settings;

	*t = (struct tally){
		.points = plan->n,
		.blocks = tally_blocks(r),
		.planned = (int)r->reps,
		.until = r->until,
	};
	t->again = t->blocks > (size_t)t->planned;
	t->state = calloc(t->blocks, plan->n * sizeof *t->state);
	t->value = calloc(t->blocks, plan->n * sizeof *t->value);
	return t->state && t->value ? 0 : -ENOMEM;
}

void tally_free(struct tally *t)
{
	free(t->state);
	free(t->value);
	*t = (struct tally){.points = 0};
}

//---------------------------------------------------------------------------
// Trials
//---------------------------------------------------------------------------

// disturbed reads the mark in a trial's document.
static bool disturbed(const char *text)
{
	json_t *doc = text ? json_loads(text, 0, NULL) : NULL;
	json_t *noise = json_object_get(doc, "noise");
	bool is = json_is_true(json_object_get(noise, "disturbed"));

	json_decref(doc);
	return is;
}

static double number_of(const struct store_trial *trial)
{
	const struct store_metric *m = store_main_metric(trial);

	return trial->outcome == STORE_OK && m ? m->value : NAN;
}

void tally_note(struct tally *t, size_t point, int block,
                const struct store_trial *trial)
{
	size_t i = (size_t)block * t->points + point;

	t->state[i] = disturbed(trial->doc) ? DISTURBED : CLEAN;
	t->value[i] = number_of(trial);
}

// What a walk over a store needs.
struct load {
	struct tally *tally;
	const int64_t *point_id;
};

static int load_trial(void *arg, const struct store_trial *trial)
{
	const struct load *l = arg;

	if (trial->rep < 0 || (size_t)trial->rep >= l->tally->blocks)
		return 0;
	for (size_t i = 0; i < l->tally->points; i++)
		if (l->point_id[i] == trial->point)
			tally_note(l->tally, i, trial->rep, trial);
	return 0;
}

int tally_load(struct tally *t, struct store *store, const int64_t *point_id)
{
	struct load l = {t, point_id};

	return store_each_trial(store, load_trial, &l);
}

bool tally_missing(const struct tally *t, size_t point, int block)
{
	return t->state[(size_t)block * t->points + point] == MISSING;
}

bool tally_begun(const struct tally *t, int block)
{
	for (size_t i = 0; i < t->points; i++)
		if (!tally_missing(t, i, block))
			return true;
	return false;
}

//---------------------------------------------------------------------------
// Blocks
//---------------------------------------------------------------------------

static size_t count(const struct tally *t, int block, int state)
{
	size_t n = 0;

	for (size_t i = 0; i < t->points; i++)
		n += t->state[(size_t)block * t->points + i] == state;
	return n;
}

static int disturbed_blocks(const struct tally *t, int blocks)
{
	int n = 0;

	for (int b = 0; b < blocks; b++)
		n += count(t, b, DISTURBED) > 0;
	return n;
}

static bool hopeless(int blocks, int disturbed)
{
	return blocks >= JUDGED && 2 * disturbed > blocks;
}

// gather sorts the numbers of a point: the undisturbed ones, unless most are
// disturbed, as results/summary.h has it.
static size_t gather(const struct tally *t, size_t point, int blocks, double *out)
{
	size_t n = 0, clean = 0;

	for (int b = 0; b < blocks; b++) {
		size_t i = (size_t)b * t->points + point;

		if (isnan(t->value[i]))
			continue;
		out[n++] = t->value[i];
		if (t->state[i] != CLEAN)
			continue;
		out[n - 1] = out[clean];
		out[clean++] = t->value[i];
	}
	n = 2 * clean >= n ? clean : n;
	stats_sort(out, n);
	return n;
}

// precise says whether every point that has numbers is known well enough.
static int precise(const struct tally *t, int blocks)
{
	double *v = malloc((size_t)blocks * sizeof *v);
	bool is = v != NULL, any = false;

	for (size_t p = 0; is && p < t->points; p++) {
		size_t n = gather(t, p, blocks, v);
		struct bootstrap_interval i;

		if (!n)
			continue;
		any = true;
		i = bootstrap_median(v, n, CONFIDENCE, p + 1);
		is = !i.range &&
		     i.high - i.low <= 2 * t->until * fabs(stats_median(v, n));
	}
	free(v);
	return v ? is && any : -ENOMEM;
}

int tally_wants(const struct tally *t, int block)
{
	int bad = disturbed_blocks(t, block), enough = 0;

	if ((size_t)block >= t->blocks)
		return 0;
	if (t->until > 0 && (size_t)block >= bootstrap_least(CONFIDENCE))
		enough = precise(t, block);
	if (enough)
		return enough < 0 ? enough : 0;
	return block < t->planned ||
	       (block - bad < t->planned && !hopeless(block, bad));
}

struct tally_end tally_sum(const struct tally *t, int blocks)
{
	int bad = disturbed_blocks(t, blocks);
	struct tally_end e = {
		.blocks = (size_t)blocks,
		.run_again = blocks > t->planned ? (size_t)(blocks - t->planned)
	                                         : 0,
		.hopeless = hopeless(blocks, bad),
		.precise = t->until > 0 && precise(t, blocks) == 1,
	};

	for (int b = 0; b < blocks; b++)
		e.disturbed += count(t, b, DISTURBED);
	e.left_disturbed = (size_t)bad > e.run_again ? (size_t)bad - e.run_again
	                                             : 0;
	return e;
}
