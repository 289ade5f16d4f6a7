// matmul.c - a product of two square matrices, a goroutine per band of rows.
//
// Equal, independent pieces of work with nothing to wait for: the control. More
// Ps should gain as much as there are processors; what stealing and preemption
// cost here, they cost for nothing.
//
// The entries are small integers drawn from the seed, so that no sum is rounded.
// The answer is checked by Freivalds: for a random vector x, C x = A (B x). A wrong
// C passes with a chance of less than one half for each of the vectors tried.
#include <dyno/dyno.h>
#include <errno.h>
#include <stdlib.h>

#include "crew.h"
#include "report.h"
#include "rng.h"

enum { N, BAND };

static const struct wl_param params[] = {
	{"n", "1", "rows and columns", 1, 4096, {48, 512, 1024}},
	{"band", "1", "rows of a goroutine", 1, 4096, {8, 8, 8}},
	{.name = NULL},
};

enum { ENTRY_MAX = 1000, VECTORS = 16 };

struct band {
	struct product *product;
	size_t first, rows;
};

struct product {
	size_t n, bands;
	struct rng vectors;          // of the checks
	int64_t *a, *b, *c, *x, *bx; // n * n of the first three, n of the others
	struct band *band;
};

static void give_back(struct product *p)
{
	free(p->a);
	free(p->band);
	free(p);
}

static void draw(int64_t *entry, size_t n, struct rng *rng)
{
	for (size_t i = 0; i < n; i++)
		entry[i] = (int64_t)rng_below(rng, ENTRY_MAX);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[N], rows = (size_t)r->param[BAND];
	struct rng rng = rng_stream(r->seed, 0);
	struct product *p = calloc(1, sizeof(*p));

	if (!p)
		return report_error(r, -ENOMEM, "no memory");
	p->n = n;
	p->bands = (n + rows - 1) / rows;
	p->vectors = rng_stream(r->seed, 1);
	p->a = malloc((3 * n * n + 2 * n) * sizeof(p->a[0]));
	p->band = calloc(p->bands, sizeof(p->band[0]));
	if (!p->a || !p->band) {
		give_back(p);
		return report_error(r, -ENOMEM, "no memory for %zu rows", n);
	}
	p->b = p->a + n * n;
	p->c = p->b + n * n;
	p->x = p->c + n * n;
	p->bx = p->x + n;
	draw(p->a, 2 * n * n, &rng);
	for (size_t i = 0; i < p->bands; i++) {
		size_t first = i * rows;

		p->band[i] = (struct band){p, first,
		                           first + rows > n ? n - first : rows};
	}
	r->state = p;
	return 0;
}

// multiply_row adds up rows of b, which are read in their order.
static void multiply_row(const struct product *p, size_t i)
{
	size_t n = p->n;
	int64_t *c = p->c + i * n;

	for (size_t j = 0; j < n; j++)
		c[j] = 0;
	for (size_t k = 0; k < n; k++) {
		int64_t factor = p->a[i * n + k];
		const int64_t *b = p->b + k * n;

		for (size_t j = 0; j < n; j++)
			c[j] += factor * b[j];
	}
}

static void run_band(void *arg)
{
	const struct band *me = arg;

	for (size_t i = 0; i < me->rows; i++)
		multiply_row(me->product, me->first + i);
}

static void play(struct wl_run *r)
{
	struct product *p = r->state;

	for (size_t i = 0; i < p->n * p->n; i++)
		p->c[i] = -1; // a row that nobody computes is wrong
	crew_run(run_band, p->band, p->bands, sizeof(p->band[0]));
	r->ops = p->n * p->n * p->n;
}

static int64_t dot(const int64_t *a, const int64_t *b, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static bool verify(struct wl_run *r)
{
	struct product *p = r->state;
	size_t n = p->n;

	for (int v = 0; v < VECTORS; v++) {
		for (size_t i = 0; i < n; i++)
			p->x[i] = (int64_t)rng_below(&p->vectors, 2);
		for (size_t i = 0; i < n; i++)
			p->bx[i] = dot(p->b + i * n, p->x, n);
		for (size_t i = 0; i < n; i++) {
			if (dot(p->c + i * n, p->x, n) !=
			    dot(p->a + i * n, p->bx, n))
				return report_wrong(
					r, "row %zu of the product is wrong", i);
		}
	}
	return true;
}

static void finish(struct wl_run *r)
{
	give_back(r->state);
}

const struct workload wl_matmul = {
	.name = "matmul",
	.summary = "a product of matrices, a goroutine per band of rows",
	.shows = "the control: equal work with nothing to wait for",
	.op = "multiplication",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
