// main.c - gate_power: what recorded gates say of the gate, and thousands more
// that are played from their noise. scripts/gate-power records them.
#include "experiment.h"
#include "noise.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <results/binomial.h>
#include <results/json_out.h>
#include <results/table.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES = 3, EFFECTS = 8, BUDGETS = 2, CELL = 64 };

#define CONFIDENCE 0.95

// What scripts/gate-power runs, and how much more work head does in each: a
// ratio less 1.
static const struct {
	const char *name;
	double extra;
} kinds[NAMES] = {{"aa", 0}, {"slow5", 0.05}, {"slow10", 0.1}};
static const double effects[EFFECTS] = {0,    0.01, 0.02,  0.03,
                                        0.04, 0.05, 0.075, 0.1};
static const double budgets[BUDGETS] = {30, 120}; // s

static void set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

// share_json and share_text tell k of n with its exact bounds.
static json_t *share_json(size_t k, size_t n)
{
	struct binomial_bounds b = binomial_bounds(k, n, CONFIDENCE);

	return json_pack("{s:I,s:f,s:f}", "gates", (json_int_t)k, "low", b.low,
	                 "high", b.high);
}

static void share_text(char out[CELL], size_t k, size_t n)
{
	struct binomial_bounds b = binomial_bounds(k, n, CONFIDENCE);

	snprintf(out, CELL, "%zu (%.1f .. %.1f %%)", k, 100 * b.low,
	         100 * b.high);
}

//---------------------------------------------------------------------------
// Recorded
//---------------------------------------------------------------------------

static int recorded_row(struct table *t, const struct experiment *e, double extra)
{
	char text[8][CELL];
	const char *cell[8];

	for (int i = 0; i < 8; i++)
		cell[i] = text[i];
	snprintf(text[0], CELL, "%.60s", e->name);
	snprintf(text[1], CELL, "%zu", e->n);
	snprintf(text[2], CELL, "%.1f %%", 100 * extra);
	share_text(text[3], e->regressed, e->n);
	snprintf(text[4], CELL, "%zu", e->improved);
	share_text(text[5], e->end[VERDICT_TOO_NOISY], e->n);
	snprintf(text[6], CELL, "%zu / %zu / %zu",
	         e->end[VERDICT_END_INCONCLUSIVE], e->end[VERDICT_PASS],
	         e->end[VERDICT_END_FAILED]);
	snprintf(text[7], CELL, "%.0f of %.0f s", e->seconds, e->budget);
	return table_row(t, cell);
}

static int print_recorded(const struct experiment *all)
{
	static const struct table_column columns[] = {
		{"", TABLE_LEFT},
		{"gates", TABLE_RIGHT},
		{"more work", TABLE_RIGHT},
		{"regressed (95 %)", TABLE_LEFT},
		{"improved", TABLE_RIGHT},
		{"too noisy (95 %)", TABLE_LEFT},
		{"inconclusive / pass / failed", TABLE_LEFT},
		{"mean time", TABLE_RIGHT}};
	struct table *t = table_new(columns, 8);
	int err = t ? 0 : -ENOMEM;

	for (int i = 0; !err && i < NAMES; i++)
		if (all[i].n)
			err = recorded_row(t, &all[i], kinds[i].extra);
	if (!err)
		err = table_print(t, stdout);
	table_free(t);
	return err;
}

static json_t *recorded_json(const struct experiment *e, double extra)
{
	json_t *o = json_object();

	set(o, "name", json_string(e->name));
	set(o, "gates", json_integer((json_int_t)e->n));
	set(o, "extra_work", json_out_number(extra));
	set(o, "budget", json_out_number(e->budget));
	set(o, "mean_seconds", json_out_number(e->seconds));
	set(o, "regressed", share_json(e->regressed, e->n));
	set(o, "improved", share_json(e->improved, e->n));
	for (int i = 0; i < VERDICT_ENDS; i++)
		if (i != VERDICT_END_REGRESSED)
			set(o, verdict_end_name((enum verdict_end)i),
			    share_json(e->end[i], e->n));
	return o;
}

//---------------------------------------------------------------------------
// Played
//---------------------------------------------------------------------------

struct played {
	size_t n, found, wrong, end[VERDICT_ENDS];
	double seconds; // mean
};

static int play_many(const struct noise *n, const struct noise_play *p,
                     size_t gates, uint64_t *state, struct played *out)
{
	*out = (struct played){.n = 0};
	for (size_t i = 0; i < gates; i++) {
		struct noise_end e;
		int err = noise_play(n, p, state, &e);

		if (err)
			return err;
		out->n++;
		out->found += e.found;
		out->wrong += e.wrong;
		out->end[e.end]++;
		out->seconds += (e.seconds - out->seconds) / (double)out->n;
	}
	return 0;
}

static int played_row(struct table *t, const struct noise_play *p,
                      const struct played *r)
{
	char text[7][CELL];
	const char *cell[7];

	for (int i = 0; i < 7; i++)
		cell[i] = text[i];
	snprintf(text[0], CELL, "%.0f s", p->budget);
	snprintf(text[1], CELL, "%.1f %%", 100 * expm1(p->change));
	share_text(text[2], r->found, r->n);
	share_text(text[3], r->wrong, r->n);
	share_text(text[4], r->end[VERDICT_TOO_NOISY], r->n);
	snprintf(text[5], CELL, "%zu / %zu", r->end[VERDICT_END_INCONCLUSIVE],
	         r->end[VERDICT_PASS]);
	snprintf(text[6], CELL, "%.0f s", r->seconds);
	return table_row(t, cell);
}

static json_t *played_json(const struct noise_play *p, const struct played *r)
{
	json_t *o = json_object();

	set(o, "budget", json_out_number(p->budget));
	set(o, "effect", json_out_number(expm1(p->change)));
	set(o, "gates", json_integer((json_int_t)r->n));
	set(o, "mean_seconds", json_out_number(r->seconds));
	set(o, "found", share_json(r->found, r->n));
	set(o, "wrong", share_json(r->wrong, r->n));
	for (int i = 0; i < VERDICT_ENDS; i++)
		if (i != VERDICT_END_REGRESSED && i != VERDICT_END_FAILED)
			set(o, verdict_end_name((enum verdict_end)i),
			    share_json(r->end[i], r->n));
	return o;
}

// play_all plays each effect at each budget, into the table and the list.
static int play_all(const struct noise *n, const struct verdict *like,
                    size_t gates, struct table *t, json_t *list)
{
	uint64_t state = 1;
	int err = 0;

	for (int i = 0; !err && i < BUDGETS * EFFECTS; i++) {
		const struct noise_play p = {.change = log1p(effects[i % EFFECTS]),
		                             .budget = budgets[i / EFFECTS],
		                             .threshold = like->threshold,
		                             .alpha = like->alpha};
		struct played r;

		err = play_many(n, &p, gates, &state, &r);
		if (!err)
			err = played_row(t, &p, &r);
		if (!err && json_array_append_new(list, played_json(&p, &r)))
			err = -ENOMEM;
	}
	return err;
}

static int gather(const struct experiment *aa, struct noise *n)
{
	for (size_t i = 0; i < aa->n; i++) {
		int err = noise_add(n, &aa->gate[i]);

		if (err == -ENOMEM)
			return err;
		if (err)
			fprintf(stderr,
			        "gate_power: gate %zu of aa is left out: it has "
			        "other rows than the first, or no blocks\n",
			        i + 1);
	}
	return 0;
}

static int resample(const struct experiment *aa, size_t gates, json_t *list)
{
	static const struct table_column columns[] = {
		{"budget", TABLE_RIGHT},
		{"slower by", TABLE_RIGHT},
		{"found (95 %)", TABLE_LEFT},
		{"wrong (95 %)", TABLE_LEFT},
		{"too noisy (95 %)", TABLE_LEFT},
		{"inconclusive / pass", TABLE_LEFT},
		{"mean time", TABLE_RIGHT}};
	struct noise n = {.n = 0};
	struct table *t = table_new(columns, 7);
	int err = t ? gather(aa, &n) : -ENOMEM;

	if (!err && n.n) {
		printf("\n%zu gates each, played from the %zu blocks of %zu A/A "
		       "gates:\n\n",
		       gates, n.blocks, n.n);
		err = play_all(&n, &aa->gate[0].v, gates, t, list);
		if (!err)
			err = table_print(t, stdout);
	}
	noise_free(&n);
	table_free(t);
	return err;
}

//---------------------------------------------------------------------------
// The command
//---------------------------------------------------------------------------

static int write_json(const char *path, json_t *recorded, json_t *played)
{
	json_t *o = json_pack("{s:s,s:i,s:f,s:o,s:o}", "dyno", "gate-power",
	                      "schema", 1, "confidence", CONFIDENCE, "recorded",
	                      recorded, "played", played);
	FILE *out = fopen(path, "w");
	int err = out ? json_out_dump(o, out) : -errno;

	if (!out)
		json_decref(o);
	else if (fclose(out) == EOF && !err)
		err = -errno;
	if (err)
		fprintf(stderr, "gate_power: %s cannot be written: %s\n", path,
		        strerror(-err));
	return err;
}

static int report(const char *dir, size_t gates, const char *json)
{
	struct experiment all[NAMES] = {{.n = 0}};
	json_t *recorded = json_array(), *played = json_array();
	int err = 0;

	for (int i = 0; !err && i < NAMES; i++) {
		err = experiment_read(&all[i], dir, kinds[i].name);
		if (!err && all[i].n &&
		    json_array_append_new(
			    recorded, recorded_json(&all[i], kinds[i].extra)))
			err = -ENOMEM;
	}
	if (!err)
		err = print_recorded(all);
	if (!err && gates)
		err = resample(&all[0], gates, played);
	if (!err && json)
		err = write_json(json, recorded, played);
	else
		json_decref(recorded), json_decref(played);
	for (int i = 0; i < NAMES; i++)
		experiment_free(&all[i]);
	return err;
}

static int usage(void)
{
	fprintf(stderr, "usage: gate_power [-n GATES] [-j FILE] DIRECTORY\n");
	return 2;
}

int main(int argc, char **argv)
{
	const char *json = NULL;
	long gates = 1000;
	int option, err;
	char *end;

	while ((option = getopt(argc, argv, "n:j:")) != -1) {
		if (option == 'j')
			json = optarg;
		else if (option != 'n')
			return usage();
		else if (gates = strtol(optarg, &end, 10),
		         *end || gates < 0 || gates > 1000000)
			return usage();
	}
	if (optind + 1 != argc)
		return usage();
	err = report(argv[optind], (size_t)gates, json);
	if (err)
		fprintf(stderr, "gate_power: %s\n", strerror(-err));
	return err ? 1 : 0;
}
