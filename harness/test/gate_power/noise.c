// noise.c - gates played from recorded noise.
#include "noise.h"

#include "../../gate/course.h"

#include <errno.h>
#include <math.h>
#include <results/random.h>
#include <stdlib.h>
#include <string.h>

//---------------------------------------------------------------------------
// What was recorded
//---------------------------------------------------------------------------

static bool is_gated(const struct verdict_row *r)
{
	return r->better != SAMPLES_UNKNOWN && !r->tail && !r->failure &&
	       !r->no_baseline;
}

static int take_names(struct noise *n, const struct verdict_read *f)
{
	n->row = calloc(f->v.n + 1, sizeof *n->row);
	if (!n->row)
		return -ENOMEM;
	for (size_t i = 0; i < f->v.n; i++) {
		const struct verdict_row *r = &f->v.row[i];

		if (is_gated(r))
			n->row[n->rows++] = (struct samples_row){
				.name = r->name,
				.unit = r->unit,
				.group = "",
				.host = "",
				.better = r->better};
	}
	return 0;
}

// find returns the row of f that is called so, or NULL.
static const struct verdict_row *find(const struct verdict_read *f,
                                      const struct samples_row *name)
{
	for (size_t i = 0; i < f->v.n; i++)
		if (is_gated(&f->v.row[i]) &&
		    strcmp(f->v.row[i].name, name->name) == 0 &&
		    strcmp(f->v.row[i].unit, name->unit) == 0)
			return &f->v.row[i];
	return NULL;
}

// same_rows says whether f has all rows, with the same number of blocks each.
static bool same_rows(const struct noise *n, const struct verdict_read *f)
{
	const struct verdict_row *first = n->rows ? find(f, &n->row[0]) : NULL;

	for (size_t i = 0; i < n->rows; i++) {
		const struct verdict_row *r = find(f, &n->row[i]);

		if (!r || r->n != first->n || r->n_confirm != first->n_confirm)
			return false;
	}
	return first && first->n + first->n_confirm > 0;
}

static void copy_blocks(const struct noise *n, const struct verdict_read *f,
                        struct noise_gate *g)
{
	for (size_t row = 0; row < n->rows; row++) {
		const struct verdict_row *r = find(f, &n->row[row]);

		for (size_t i = 0; i < g->n; i++)
			g->block[i * n->rows + row] =
				i < r->n ? r->block[i] : r->confirm[i - r->n];
	}
}

int noise_add(struct noise *n, const struct verdict_read *f)
{
	struct noise_gate *more, g = {.block_seconds = f->about.block_seconds};
	const struct verdict_row *first;
	int err = n->row ? 0 : take_names(n, f);

	if (err)
		return err;
	if (!same_rows(n, f) || !(g.block_seconds > 0))
		return -EINVAL;
	first = find(f, &n->row[0]);
	g.n = first->n + first->n_confirm;
	g.start = fmax(0, f->about.seconds - (double)g.n * g.block_seconds);
	more = realloc(n->gate, (n->n + 1) * sizeof *more);
	if (!more)
		return -ENOMEM;
	n->gate = more;
	g.block = calloc(g.n * n->rows, sizeof *g.block);
	if (!g.block)
		return -ENOMEM;
	copy_blocks(n, f, &g);
	n->gate[n->n++] = g;
	n->blocks += g.n;
	return 0;
}

void noise_free(struct noise *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->gate[i].block);
	free(n->gate);
	free(n->row);
	*n = (struct noise){.n = 0};
}

//---------------------------------------------------------------------------
// A gate that is played
//---------------------------------------------------------------------------

struct game {
	const struct noise *noise;
	const struct noise_play *play;
	uint64_t *state;
	const struct noise_gate *gate; // whose blocks these are
	size_t at, left; // the next of them, and how many are left
	size_t changed;  // row
	double now;
	struct evidence evidence;
	struct verdict verdict;
};

// sit_down takes a gate, each as likely, and a block of it to begin with.
static void sit_down(struct game *g)
{
	g->gate = &g->noise->gate[random_below(g->state, g->noise->n)];
	g->at = random_below(g->state, g->gate->n);
	g->left = g->gate->n;
}

static double elapsed(void *of)
{
	return ((struct game *)of)->now;
}

// relabel gives the three values of a block to the arms in that order.
static struct relabel_block relabel(const struct relabel_block *b,
                                    const size_t order[GATE_ARMS])
{
	const double value[GATE_ARMS] = {b->base, b->again, b->head};

	return (struct relabel_block){.base = value[order[0]],
	                              .again = value[order[1]],
	                              .head = value[order[2]]};
}

static void shuffle(uint64_t *state, size_t order[GATE_ARMS])
{
	for (size_t i = 0; i < GATE_ARMS; i++)
		order[i] = i;
	for (size_t i = GATE_ARMS; i > 1; i--) {
		size_t j = random_below(state, i), swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
}

static int play_block(void *of, size_t number, bool confirm)
{
	struct game *g = of;
	const struct relabel_block *from;
	size_t order[GATE_ARMS], rows = g->noise->rows;
	int err = 0;

	(void)number;
	if (!g->left)
		sit_down(g);
	from = &g->gate->block[g->at * rows];
	shuffle(g->state, order);
	for (size_t i = 0; !err && i < rows; i++) {
		const struct samples_row *row = &g->noise->row[i];
		struct relabel_block b = relabel(&from[i], order);

		if (i == g->changed)
			b.head += row->better == SAMPLES_HIGHER
			                  ? -g->play->change
			                  : g->play->change;
		err = evidence_put(&g->evidence, row, &b, confirm);
	}
	g->now += g->gate->block_seconds;
	g->at = (g->at + 1) % g->gate->n;
	g->left--;
	return err;
}

static void look_at_end(const struct game *g, struct noise_end *out)
{
	*out = (struct noise_end){.end = g->verdict.end, .seconds = g->now};
	if (out->end == VERDICT_TOO_NOISY)
		return;
	for (size_t i = 0; i < g->verdict.n; i++) {
		bool worse = g->verdict.row[i].kind == VERDICT_REGRESSED;
		bool changed = i == g->changed && g->play->change > 0;

		out->found |= worse && changed;
		out->wrong |= worse && !changed;
		out->wrong |= g->verdict.row[i].kind == VERDICT_IMPROVED;
	}
}

int noise_play(const struct noise *n, const struct noise_play *p,
               uint64_t *state, struct noise_end *out)
{
	struct game g = {.noise = n, .play = p, .state = state};
	struct course c = {.source = {elapsed, play_block, NULL, &g},
	                   .budget = p->budget,
	                   .evidence = &g.evidence,
	                   .verdict = &g.verdict};
	int err;

	if (!n->n)
		return -EINVAL;
	g.verdict = (struct verdict){.threshold = p->threshold,
	                             .alpha = p->alpha,
	                             .seed = random_next(state)};
	g.changed = random_below(state, n->rows);
	sit_down(&g);
	g.now = g.gate->start;
	err = course_run(&c);
	if (!err)
		look_at_end(&g, out);
	evidence_free(&g.evidence);
	return err;
}
