// arrivals.c - open-loop load: requests come when they come, answered or not.
//
// Only the generator writes due times and starts goroutines, only a request's own
// goroutine writes its answer, and the main goroutine reads both when the wait
// group says that all is over: nothing here is shared. The group waits for the
// generator too, which may be a thread.
#include "arrivals.h"

#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report.h"

enum { SLOWDOWN_SCALE = 1000 }; // thousandths, as a histogram counts integers

// draw is in (0, 1): 53 bits, and never 0.
static double draw(struct rng *rng)
{
	return ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
}

double arrivals_exponential(struct rng *rng, double mean)
{
	return -log(draw(rng)) * mean;
}

// due_at is when request i is due, given when the one before was: in ns, of a
// clock that for ON_OFF stands still in every off phase.
static double due_at(const struct arrivals_plan *plan, struct rng *rng,
                     double before)
{
	switch (plan->process) {
	case ARRIVALS_EVEN:
		return before + plan->gap;
	case ARRIVALS_ON_OFF:
		return before + arrivals_exponential(rng, plan->gap / 2);
	case ARRIVALS_UNIFORM:
		return before + 2 * plan->gap * draw(rng);
	case ARRIVALS_POISSON:
	default:
		return before + arrivals_exponential(rng, plan->gap);
	}
}

struct arrivals *arrivals_new(const struct arrivals_plan *plan, struct rng *rng)
{
	struct arrivals *a;
	double at = 0;

	if (plan->n > (SIZE_MAX - sizeof(*a)) / sizeof(a->request[0]))
		return NULL;
	a = calloc(1, sizeof(*a) + plan->n * sizeof(a->request[0]));
	if (!a)
		return NULL;
	a->n = plan->n;
	for (size_t i = 0; i < plan->n; i++) {
		double off = 0;

		at = due_at(plan, rng, at);
		if (plan->process == ARRIVALS_ON_OFF)
			off = floor(at / plan->phase) * plan->phase;
		a->request[i].from = a;
		a->request[i].due = (uint64_t)(at + off);
	}
	a->span = plan->n ? a->request[plan->n - 1].due : 0;
	return a;
}

int arrivals_choose(struct arrivals *a, struct wl_run *r, int64_t generator)
{
	if (generator == 1 && !r->outside)
		return report_error(r, -ENOTSUP,
		                    "who runs it has no thread that could "
		                    "generate: generator=0 takes a goroutine");
	a->outside = generator == 1 ? r->outside : NULL;
	return 0;
}

// wait_until sleeps until now is due, on the round's clock. Returns what it is
// then.
static uint64_t wait_until(struct arrivals *a, uint64_t due, uint64_t *woke)
{
	uint64_t now = dy_now() - a->start;

	if (now >= due)
		return now;
	a->awake += now - *woke;
	if (a->outside)
		a->outside->wait_until(a->start + due);
	else
		dy_sleep(due - now);
	*woke = dy_now() - a->start;
	return *woke;
}

static void generate(void *arg)
{
	struct arrivals *a = arg;
	uint64_t woke = dy_now() - a->start;

	for (size_t i = 0; i < a->n; i++) {
		struct request *q = &a->request[i];
		uint64_t now = wait_until(a, q->due, &woke);

		histogram_add(&a->late, now - q->due);
		dy_wg_go(&a->done, a->serve, q);
	}
	a->awake += dy_now() - a->start - woke;
	dy_wg_done(&a->done);
}

void arrivals_play(struct arrivals *a, dy_fn serve)
{
	a->awake = 0;
	a->serve = serve;
	for (size_t i = 0; i < a->n; i++) {
		a->request[i].answers = 0;
		a->request[i].answered = 0;
	}
	dy_wg_add(&a->done, 1);
	a->start = dy_now();
	if (!a->outside)
		generate(a);
	else if ((a->err = a->outside->start(a->outside, generate, a)) != 0)
		dy_wg_done(&a->done);
	dy_wg_wait(&a->done);
}

void arrivals_answer(struct request *q)
{
	q->answered = dy_now() - q->from->start;
	q->answers++;
}

// is_unreached tells whether a round, whose last answer came at last, had more to
// serve than it could: beyond what one long request explains, it took another tenth.
static bool is_unreached(const struct arrivals *a, uint64_t last)
{
	uint64_t longest = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (a->request[i].service > longest)
			longest = a->request[i].service;
	}
	return last > a->span + a->span / 10 + longest;
}

void arrivals_keep(struct arrivals *a, const struct wl_run *r)
{
	uint64_t last = a->span;

	if (r->warm_up) {
		a->late = (struct histogram){0};
		return;
	}
	for (size_t i = 0; i < a->n; i++) {
		const struct request *q = &a->request[i];
		uint64_t took = q->answered - q->due;

		histogram_add(&a->latency, took);
		if (q->service) {
			histogram_add(&a->slowdown,
			              took * SLOWDOWN_SCALE / q->service);
			fairness_add(&a->fairness,
			             (double)q->service / (double)(took + 1));
		}
		if (q->answered > last)
			last = q->answered;
	}
	fairness_end(&a->fairness);
	a->awake_share += (double)a->awake / (double)(last ? last : 1);
	a->overrun += (double)(last - a->span) / (double)(a->span ? a->span : 1);
	a->unreached += is_unreached(a, last);
	a->rounds++;
}

bool arrivals_verify(const struct arrivals *a, struct wl_run *r)
{
	if (a->err)
		return report_wrong(r,
		                    "no thread for the generator (errno %d): a "
		                    "higher ulimit -u, or generator=0",
		                    -a->err);
	for (size_t i = 0; i < a->n; i++) {
		const struct request *q = &a->request[i];

		if (q->answers != 1)
			return report_wrong(r,
			                    "request %zu of %zu was answered %u "
			                    "times instead of once",
			                    i, a->n, q->answers);
		if (q->answered < q->due)
			return report_wrong(r,
			                    "request %zu was answered %" PRIu64
			                    " ns before it was due",
			                    i, q->due - q->answered);
	}
	return true;
}

void arrivals_report(const struct arrivals *a, struct wl_run *r)
{
	static const struct histogram_names slowdown = HISTOGRAM_NAMES(
		"slowdown", "1");
	double rounds = (double)a->rounds;

	if (a->rounds == 0)
		return;
	histogram_latency(&a->latency, r);
	histogram_report(&a->slowdown, r, &slowdown, SLOWDOWN_SCALE);
	fairness_report(&a->fairness, r);
	report_metric(r, "late_p99", "ns", "lower",
	              histogram_quantile(&a->late, 0.99));
	report_metric(r, "late_max", "ns", "lower", (double)a->late.max);
	report_metric(r, "generator_awake", "1", "lower",
	              a->awake_share / rounds);
	if (a->outside)
		report_metric(r, "generator_own_cpus", "1", "",
		              a->outside->own_cpus);
	report_metric(r, "offered_rate", "op/s", "",
	              (double)a->n * 1e9 / (double)(a->span ? a->span : 1));
	report_metric(r, "overrun", "1", "lower", a->overrun / rounds);
	report_metric(r, "unreached", "1", "lower",
	              (double)a->unreached / rounds);
}
