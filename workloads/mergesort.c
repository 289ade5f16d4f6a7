// mergesort.c - a parallel merge sort: halves in goroutines of their own.
//
// Who has more than `cutoff` numbers spawns a goroutine for the lower half, sorts
// the upper one itself, waits, and merges. The merges above are long and few: a
// tree whose work is at its top, where only one P can work at the end.
//
// The numbers come from the seed. They are right when they ascend and still add up
// to the same sum and the same sum of scrambled values: nothing got lost or
// doubled.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "rng.h"

enum { N, CUTOFF };

static const struct wl_param params[] = {
	{"n", "1", "numbers to sort", 0, 100000000, {10000, 500000, 5000000}},
	{"cutoff", "1", "numbers that are sorted alone", 16, 1000000, {512, 2048, 2048}},
	{.name = NULL},
};

enum { INSERTION = 16 }; // so few are sorted by insertion

struct digest {
	uint64_t sum, scrambled;
};

struct list {
	size_t n, cutoff;
	struct rng rng;      // goes on from round to round
	uint64_t *v, *spare; // n of each, in one block
	struct digest right; // before sorting
};

struct task {
	const struct list *list;
	uint64_t *v, *spare;
	size_t n;
	struct dy_waitgroup *done;
};

static void insertion_sort(uint64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t x = v[i];
		size_t j = i;

		for (; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

// merge merges the sorted halves of v, the first of which has half numbers.
static void merge(uint64_t *v, uint64_t *spare, size_t half, size_t n)
{
	size_t i = 0, j = half, k = 0;

	memcpy(spare, v, half * sizeof(v[0]));
	while (i < half && j < n)
		v[k++] = v[j] < spare[i] ? v[j++] : spare[i++];
	while (i < half)
		v[k++] = spare[i++];
}

static void sort_alone(uint64_t *v, uint64_t *spare, size_t n)
{
	if (n <= INSERTION) {
		insertion_sort(v, n);
		return;
	}
	sort_alone(v, spare, n / 2);
	sort_alone(v + n / 2, spare + n / 2, n - n / 2);
	merge(v, spare, n / 2, n);
}

static void run_task(void *arg);

static void sort(const struct list *l, uint64_t *v, uint64_t *spare, size_t n)
{
	struct dy_waitgroup done = {0};
	struct task lower = {l, v, spare, n / 2, &done};

	if (n <= l->cutoff) {
		sort_alone(v, spare, n);
		return;
	}
	dy_wg_add(&done, 1);
	dy_go(run_task, &lower);
	sort(l, v + n / 2, spare + n / 2, n - n / 2);
	dy_wg_wait(&done);
	merge(v, spare, n / 2, n);
}

static void run_task(void *arg)
{
	struct task *t = arg;

	sort(t->list, t->v, t->spare, t->n);
	dy_wg_done(t->done);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[N];
	struct list *l = calloc(1, sizeof(*l) + 2 * n * sizeof(uint64_t));

	if (!l)
		return report_error(r, -ENOMEM, "no memory for %zu numbers", n);
	l->n = n;
	l->cutoff = (size_t)r->param[CUTOFF];
	l->rng = rng_stream(r->seed, 0);
	l->v = (uint64_t *)(l + 1);
	l->spare = l->v + n;
	r->state = l;
	return 0;
}

static struct digest digest(const struct list *l)
{
	struct digest d = {0, 0};

	for (size_t i = 0; i < l->n; i++) {
		struct rng scramble = {l->v[i]};

		d.sum += l->v[i];
		d.scrambled += rng_next(&scramble);
	}
	return d;
}

static void play(struct wl_run *r)
{
	struct list *l = r->state;

	for (size_t i = 0; i < l->n; i++)
		l->v[i] = rng_next(&l->rng);
	l->right = digest(l);
	sort(l, l->v, l->spare, l->n);
	r->ops = l->n ? l->n : 1;
}

static bool verify(struct wl_run *r)
{
	const struct list *l = r->state;
	struct digest got = digest(l);

	for (size_t i = 1; i < l->n; i++) {
		if (l->v[i - 1] > l->v[i])
			return report_wrong(r,
			                    "number %zu of %zu is less than "
			                    "the one before it",
			                    i, l->n);
	}
	if (got.sum == l->right.sum && got.scrambled == l->right.scrambled)
		return true;
	return report_wrong(r, "the numbers are sorted and are not the same");
}

const struct workload wl_mergesort = {
	.name = "mergesort",
	.summary = "merge sort, a goroutine per lower half",
	.shows = "fork and join whose work is at the top of the tree",
	.op = "number",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
