// fib.c - Fibonacci by fork and join, without a cut-off.
//
// fib(n) spawns a goroutine for fib(n-1), computes fib(n-2) itself and waits for
// the other on a wait group on its own stack. There is next to no work between
// a spawn and its join, so that what is measured is their price: the record and
// the stack of a goroutine, the queue it goes through, the parking of the
// parent, and how a thief that takes a whole subtree changes all that.
//
// An operation is a spawn and not a call: a call of fib(0) or fib(1) costs the
// scheduler nothing. Every call of fib(n) with n > 1 spawns once, which makes
// S(n) = S(n-1) + S(n-2) + 1 with S(0) = S(1) = 0, that is F(n+1) - 1 spawns.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "report.h"

enum { N };

static const struct wl_param params[] = {
	{"n", "1", "which Fibonacci number", 0, 45, {20, 27, 32}},
	{.name = NULL},
};

struct answer {
	uint64_t value;
	uint64_t spawns; // below this call
};

// A call that runs in a goroutine of its own. It lives on the stack of the
// parent, who waits for done before reading the answer.
struct call {
	int n;
	struct answer answer;
	struct dy_waitgroup done;
};

static struct answer fib(int n);

static void run_call(void *arg)
{
	struct call *c = arg;

	c->answer = fib(c->n);
	dy_wg_done(&c->done);
}

static struct answer fib(int n)
{
	if (n < 2)
		return (struct answer){.value = (uint64_t)n};

	struct call first = {.n = n - 1};
	dy_wg_add(&first.done, 1);
	dy_go(run_call, &first);
	struct answer second = fib(n - 2);
	dy_wg_wait(&first.done);
	return (struct answer){
		.value = first.answer.value + second.value,
		.spawns = first.answer.spawns + second.spawns + 1,
	};
}

// The known answer: F(n) by addition, which shares nothing with the above.
static uint64_t fibonacci(int n)
{
	uint64_t f = 0, next = 1;

	for (int i = 0; i < n; i++) {
		uint64_t sum = f + next;
		f = next;
		next = sum;
	}
	return f;
}

static int prepare(struct wl_run *r)
{
	r->state = calloc(1, sizeof(struct answer));
	return r->state ? 0 : report_error(r, -ENOMEM, "no memory");
}

static void play(struct wl_run *r)
{
	struct answer *got = r->state;

	*got = fib((int)r->param[N]);
	r->ops = got->spawns;
}

static bool verify(struct wl_run *r)
{
	const struct answer *got = r->state;
	int n = (int)r->param[N];
	uint64_t value = fibonacci(n), spawns = n ? fibonacci(n + 1) - 1 : 0;

	if (got->value == value && got->spawns == spawns)
		return true;
	return report_wrong(r,
	                    "fib(%d) came to %" PRIu64 " in %" PRIu64
	                    " spawns; right is %" PRIu64 " in %" PRIu64,
	                    n, got->value, got->spawns, value, spawns);
}

const struct workload wl_fib = {
	.name = "fib",
	.summary = "Fibonacci by fork and join, a goroutine per fib(n-1)",
	.shows = "the price of a spawn and a join; stealing of whole subtrees",
	.op = "spawn",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
