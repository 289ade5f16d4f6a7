// play.c - each effect at each budget, played.
#include "play.h"

#include "noise.h"

#include "share.h"

#include <errno.h>
#include <math.h>
#include <results/json_out.h>
#include <stdio.h>

enum { EFFECTS = 8, BUDGETS = 2 };

static const double effects[EFFECTS] = {0,    0.01, 0.02,  0.03,
                                        0.04, 0.05, 0.075, 0.1};
static const double budgets[BUDGETS] = {30, 120}; // s

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

static json_t *played_json(const struct noise_play *p, const struct played *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "budget", json_out_number(p->budget));
	json_object_set_new(o, "effect", json_out_number(expm1(p->change)));
	json_object_set_new(o, "gates", json_integer((json_int_t)r->n));
	json_object_set_new(o, "mean_seconds", json_out_number(r->seconds));
	json_object_set_new(o, "found", share_json(r->found, r->n));
	json_object_set_new(o, "wrong", share_json(r->wrong, r->n));
	for (int i = 0; i < VERDICT_ENDS; i++)
		if (i != VERDICT_END_REGRESSED && i != VERDICT_END_FAILED)
			json_object_set_new(o,
			                    verdict_end_name((enum verdict_end)i),
			                    share_json(r->end[i], r->n));
	return o;
}

// play_all plays each effect at each budget into the list.
static int play_all(const struct noise *n, const struct verdict *like,
                    size_t gates, json_t *list)
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
		if (!err && json_array_append_new(list, played_json(&p, &r)))
			err = -ENOMEM;
	}
	return err;
}

static int gather(const struct experiment *aa, struct noise *n)
{
	for (size_t i = 0; i < aa->n; i++) {
		int err = noise_add(n, &aa->gates.v[i]);

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

int play(const struct experiment *aa, size_t gates, json_t **out)
{
	struct noise n = {.n = 0};
	json_t *list = json_array();
	int err = list ? gather(aa, &n) : -ENOMEM;

	if (!err && gates && n.n)
		err = play_all(&n, &aa->gates.v[0].v, gates, list);
	*out = json_pack("{s:I,s:I,s:I,s:o}", "gates", (json_int_t)gates,
	                 "from_gates", (json_int_t)n.n, "from_blocks",
	                 (json_int_t)n.blocks, "all", list);
	noise_free(&n);
	if (!err && !*out)
		err = -ENOMEM;
	return err;
}
