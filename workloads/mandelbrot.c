// mandelbrot.c - a picture of the Mandelbrot set, a goroutine per row.
//
// Rows through the set take a hundred times as long as those beside it, so an
// equal share of rows is not an equal share of work. They are spawned from the
// top, all by one goroutine.
//
// The arithmetic is in integers of 28 fractional bits: the same on every machine
// and under every compiler. Each row sums up its iterations; the sums are compared
// with those that prepare counts, one row after the other.
#include <dyno/dyno.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "report.h"

enum { SIZE, LIMIT };

static const struct wl_param params[] = {
	{"size", "1", "rows and columns", 1, 8192, {32, 256, 512}},
	{"limit", "1", "iterations of a point at most", 1, 100000, {100, 1000, 4000}},
	{.name = NULL},
};

enum { FRACTION = 28 };

#define ONE (INT64_C(1) << FRACTION)

struct row {
	const struct picture *picture;
	int64_t y;
	uint64_t right; // iterations of the row
	uint64_t sum; // as counted in this round; by the row's goroutine alone
};

struct picture {
	int64_t size, limit;
	struct row row[];
};

// iterations counts until a point leaves the circle of radius 2. No product comes
// to 2^62: before a step no coordinate exceeds 2, and after it none exceeds 6.5.
static int64_t iterations(int64_t cx, int64_t cy, int64_t limit)
{
	int64_t x = 0, y = 0, i = 0;

	for (; i < limit; i++) {
		int64_t xx = x * x / ONE, yy = y * y / ONE;

		if (xx + yy > 4 * ONE)
			break;
		y = 2 * x * y / ONE + cy;
		x = xx - yy + cx;
	}
	return i;
}

// count_row is over x from -2 to 1, and y from -1.5 to 1.5.
static uint64_t count_row(const struct row *row)
{
	int64_t size = row->picture->size;
	int64_t cy = 3 * ONE * row->y / size - 3 * ONE / 2;
	uint64_t sum = 0;

	for (int64_t x = 0; x < size; x++)
		sum += (uint64_t)iterations(3 * ONE * x / size - 2 * ONE, cy,
		                            row->picture->limit);
	return sum;
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[SIZE];
	struct picture *p = calloc(1, sizeof(*p) + n * sizeof(p->row[0]));

	if (!p)
		return report_error(r, -ENOMEM, "no memory for %zu rows", n);
	p->size = (int64_t)n;
	p->limit = r->param[LIMIT];
	for (size_t i = 0; i < n; i++) {
		p->row[i].picture = p;
		p->row[i].y = (int64_t)i;
		p->row[i].right = count_row(&p->row[i]);
	}
	r->state = p;
	return 0;
}

static void run_row(void *arg)
{
	struct row *me = arg;

	me->sum += count_row(me);
}

static void play(struct wl_run *r)
{
	struct picture *p = r->state;
	size_t n = (size_t)p->size;

	for (size_t i = 0; i < n; i++)
		p->row[i].sum = 0;
	crew_run(run_row, p->row, n, sizeof(p->row[0]));
	r->ops = n * n;
}

static bool verify(struct wl_run *r)
{
	const struct picture *p = r->state;

	for (int64_t i = 0; i < p->size; i++) {
		if (p->row[i].sum != p->row[i].right)
			return report_wrong(r,
			                    "row %" PRId64 " took %" PRIu64
			                    " iterations, right is %" PRIu64,
			                    i, p->row[i].sum, p->row[i].right);
	}
	return true;
}

const struct workload wl_mandelbrot = {
	.name = "mandelbrot",
	.summary = "the Mandelbrot set, a goroutine per row",
	.shows = "balance when equal shares are not equal work",
	.op = "point",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
