// nqueens.c - in how many ways n queens fit on a board without attacking.
//
// A goroutine for each way to place a queen in the first `spawn` rows, which are
// the tree's top; below, each counts by itself. Who spawned waits for its
// children. The subtrees differ in size, and a thief that takes one goroutine at a
// time from the top of the tree takes much work with it.
//
// The answers are known (OEIS A000170).
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "report.h"

enum { N, SPAWN };

enum { N_MAX = 16 };

static const struct wl_param params[] = {
	{"n", "1", "queens, and rows of the board", 1, N_MAX, {8, 13, 14}},
	{"spawn", "1", "rows with a goroutine per queen", 0, 8, {3, 3, 4}},
	{.name = NULL},
};

static const uint64_t right[N_MAX + 1] = {
	1,   1,   0,    0,     2,     10,     4,       40,       92,
	352, 724, 2680, 14200, 73712, 365596, 2279184, 14772512,
};

// A board down to some row: a bit for each column that a queen stands in, and for
// each that those above attack along the diagonals. Which row it is follows from
// the number of queens.
struct board {
	uint32_t columns, left, right;
};

struct task {
	struct board board;
	int n, spawn; // rows of the board; of them left to spawn for
	uint64_t ways;
	struct dy_waitgroup *done;
};

static uint32_t all_columns(int n)
{
	return (UINT32_C(1) << n) - 1;
}

static uint32_t free_columns(const struct board *b, int n)
{
	return all_columns(n) & ~(b->columns | b->left | b->right);
}

static struct board with_queen(const struct board *b, uint32_t column)
{
	return (struct board){
		b->columns | column,
		(b->left | column) << 1,
		(b->right | column) >> 1,
	};
}

static uint64_t count(const struct board *b, int n)
{
	uint64_t ways = 0;

	if (b->columns == all_columns(n))
		return 1;
	for (uint32_t open = free_columns(b, n); open; open &= open - 1) {
		struct board next = with_queen(b, open & -open);

		ways += count(&next, n);
	}
	return ways;
}

static void solve(void *arg);

// spread spawns a goroutine for each queen that the next row may have.
static uint64_t spread(const struct task *t)
{
	struct task child[N_MAX];
	struct dy_waitgroup done = {0};
	uint64_t ways = 0;
	int n = 0;

	for (uint32_t open = free_columns(&t->board, t->n); open; open &= open - 1)
		child[n++] = (struct task){with_queen(&t->board, open & -open),
		                           t->n, t->spawn - 1, 0, &done};
	dy_wg_add(&done, n);
	for (int i = 0; i < n; i++)
		dy_go(solve, &child[i]);
	dy_wg_wait(&done);
	for (int i = 0; i < n; i++)
		ways += child[i].ways;
	return ways;
}

static void solve(void *arg)
{
	struct task *t = arg;
	bool full = t->board.columns == all_columns(t->n);

	t->ways = t->spawn > 0 && !full ? spread(t) : count(&t->board, t->n);
	dy_wg_done(t->done);
}

static int prepare(struct wl_run *r)
{
	r->state = calloc(1, sizeof(uint64_t));
	return r->state ? 0 : report_error(r, -ENOMEM, "no memory");
}

static void play(struct wl_run *r)
{
	struct dy_waitgroup done = {0};
	struct task root = {
		.n = (int)r->param[N],
		.spawn = (int)r->param[SPAWN],
		.done = &done,
	};
	uint64_t *ways = r->state;

	dy_wg_add(&done, 1);
	dy_go(solve, &root);
	dy_wg_wait(&done);
	*ways = root.ways;
	r->ops = 1;
}

static bool verify(struct wl_run *r)
{
	uint64_t ways = *(uint64_t *)r->state;

	if (ways == right[r->param[N]])
		return true;
	return report_wrong(r,
	                    "%" PRId64 " queens fit in %" PRIu64
	                    " ways; right is %" PRIu64,
	                    r->param[N], ways, right[r->param[N]]);
}

const struct workload wl_nqueens = {
	.name = "nqueens",
	.summary = "place n queens, a goroutine per queen of the first rows",
	.shows = "stealing of uneven subtrees: one, or half of a queue",
	.op = "board",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
