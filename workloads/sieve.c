// sieve.c - prime numbers by a chain of goroutines, a filter for each prime.
//
// A generator sends 2, 3, 4, ... into the first of a chain of unbuffered channels.
// Each filter keeps the first number that reaches it, which is a prime, and passes
// on those that it does not divide; the first of these begins the next filter.
// Every message readies one neighbour: a pipeline that is fast where neighbours
// stay on one P, and slow where each hop wakes a thread. (After Hoare, CSP, 1978.)
//
// The generator stops at the last prime that is wanted, and closes its channel,
// which ends one filter after the other.
//
// Each filter writes its prime into its own place. All are compared with those that
// trial division finds.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "report.h"

enum { PRIMES };

static const struct wl_param params[] = {
	{"primes", "1", "primes to find", 1, 20000, {50, 1000, 4000}},
	{.name = NULL},
};

struct filter {
	struct chain *chain;
	struct dy_chan *in; // of uint64_t; made by whoever begins the filter
	uint64_t prime, right;
};

struct chain {
	size_t primes;
	struct dy_waitgroup done;
	struct filter filter[];
};

static void run_filter(void *arg);

// begin makes the channel to filter i and starts it: NULL when there is no memory
// or no filter i, and what would have come through it is lost, as verify sees.
static struct dy_chan *begin(struct chain *c, size_t i)
{
	struct filter *f = &c->filter[i];

	if (i >= c->primes)
		return NULL;
	f->in = dy_chan_make(sizeof(uint64_t), 0);
	if (f->in)
		dy_wg_go(&c->done, run_filter, f);
	return f->in;
}

static void run_filter(void *arg)
{
	struct filter *me = arg;
	size_t next = (size_t)(me - me->chain->filter) + 1;
	struct dy_chan *out = NULL;
	uint64_t x = 0;

	dy_chan_recv(me->in, &me->prime);
	while (dy_chan_recv(me->in, &x)) {
		if (x % me->prime == 0)
			continue;
		if (!out)
			out = begin(me->chain, next);
		if (out)
			dy_chan_send(out, &x);
	}
	if (out)
		dy_chan_close(out);
}

// fill_right finds the primes by division by those before.
static void fill_right(struct chain *c)
{
	size_t found = 0;

	for (uint64_t x = 2; found < c->primes; x++) {
		size_t i = 0;

		while (i < found && c->filter[i].right * c->filter[i].right <= x &&
		       x % c->filter[i].right != 0)
			i++;
		if (i == found || c->filter[i].right * c->filter[i].right > x)
			c->filter[found++].right = x;
	}
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[PRIMES];
	struct chain *c = calloc(1, sizeof(*c) + n * sizeof(c->filter[0]));

	if (!c)
		return report_error(r, -ENOMEM, "no memory for %zu filters", n);
	c->primes = n;
	for (size_t i = 0; i < n; i++)
		c->filter[i].chain = c;
	fill_right(c);
	r->state = c;
	return 0;
}

static void play(struct wl_run *r)
{
	struct chain *c = r->state;
	struct dy_chan *first;

	for (size_t i = 0; i < c->primes; i++) {
		c->filter[i].prime = 0;
		c->filter[i].in = NULL;
	}
	first = begin(c, 0);
	for (uint64_t x = 2; first && x <= c->filter[c->primes - 1].right; x++)
		dy_chan_send(first, &x);
	if (first)
		dy_chan_close(first);
	dy_wg_wait(&c->done);
	for (size_t i = 0; i < c->primes; i++)
		dy_chan_free(c->filter[i].in);
	r->ops = c->primes;
}

static bool verify(struct wl_run *r)
{
	const struct chain *c = r->state;

	for (size_t i = 0; i < c->primes; i++) {
		if (c->filter[i].prime != c->filter[i].right)
			return report_wrong(r,
			                    "prime %zu came to %" PRIu64
			                    ", right is %" PRIu64,
			                    i + 1, c->filter[i].prime,
			                    c->filter[i].right);
	}
	return true;
}

const struct workload wl_sieve = {
	.name = "sieve",
	.summary = "primes by a chain of goroutines, a filter for each",
	.shows = "a long pipeline: where neighbours run, and what a hop costs",
	.op = "prime",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
