// fan.c - fan-out and fan-in: one sends jobs, many work, one collects.
//
// One goroutine sends `jobs` numbers into a buffered channel, `workers` take them
// and burn `work` ns of CPU for each, and send what it came to into a second
// channel, from which the main goroutine adds up. Two channels that all Ps contend
// for; and where the jobs are short, the one sender readies workers faster than
// other Ps wake.
//
// `fairness` compares how many jobs the workers took.
//
// The results are a scramble of the job's number, whose sum is known.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "report.h"
#include "rng.h"

enum { JOBS, WORKERS, WORK };

static const struct wl_param params[] = {
	{"jobs", "1", "jobs in a round", 1, 100000000, {1000, 50000, 500000}},
	{"workers", "1", "goroutines that work", 1, 100000, {4, 16, 16}},
	{"work", "ns", "CPU of a job", 0, DY_S, {1000, 1000, 1000}},
	{.name = NULL},
};

enum { ROOM = 64 };

struct worker {
	struct firm *firm;
	uint64_t done; // jobs; by the worker alone
};

struct firm {
	uint64_t seed, jobs, work;
	size_t n;
	struct dy_chan *todo, *results; // of uint64_t
	uint64_t sum, right;
	struct fairness fairness;
	struct worker worker[];
};

static uint64_t scramble(uint64_t seed, uint64_t job)
{
	struct rng rng = rng_stream(seed, job);

	return rng_next(&rng);
}

static void send_jobs(void *arg)
{
	const struct firm *f = arg;

	for (uint64_t i = 0; i < f->jobs; i++)
		dy_chan_send(f->todo, &i);
	dy_chan_close(f->todo);
}

static void run_worker(void *arg)
{
	struct worker *me = arg;
	const struct firm *f = me->firm;
	uint64_t job;

	me->done = 0;
	while (dy_chan_recv(f->todo, &job)) {
		uint64_t result = scramble(f->seed, job);

		if (f->work)
			dy_work(f->work);
		dy_chan_send(f->results, &result);
		me->done++;
	}
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[WORKERS];
	struct firm *f = calloc(1, sizeof(*f) + n * sizeof(f->worker[0]));

	if (!f)
		return report_error(r, -ENOMEM, "no memory for %zu workers", n);
	f->seed = r->seed;
	f->jobs = (uint64_t)r->param[JOBS];
	f->work = (uint64_t)r->param[WORK];
	f->n = n;
	for (size_t i = 0; i < n; i++)
		f->worker[i].firm = f;
	for (uint64_t i = 0; i < f->jobs; i++)
		f->right += scramble(f->seed, i);
	r->state = f;
	return 0;
}

static void produce(struct firm *f)
{
	struct dy_waitgroup done = {0};

	dy_wg_go(&done, send_jobs, f);
	crew_start(&done, run_worker, f->worker, f->n, sizeof(f->worker[0]));
	for (uint64_t i = 0; i < f->jobs; i++) {
		uint64_t result = 0;

		dy_chan_recv(f->results, &result);
		f->sum += result;
	}
	dy_wg_wait(&done);
}

static void play(struct wl_run *r)
{
	struct firm *f = r->state;

	f->todo = dy_chan_make(sizeof(uint64_t), ROOM);
	f->results = dy_chan_make(sizeof(uint64_t), ROOM);
	f->sum = 0;
	if (f->todo && f->results)
		produce(f); // else the sum is wrong, which verify finds
	dy_chan_free(f->todo);
	dy_chan_free(f->results);
	r->ops = f->jobs;
	for (size_t i = 0; i < f->n && !r->warm_up; i++)
		fairness_add(&f->fairness, (double)f->worker[i].done);
	fairness_end(&f->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct firm *f = r->state;
	uint64_t done = 0;

	for (size_t i = 0; i < f->n; i++)
		done += f->worker[i].done;
	if (f->sum == f->right && done == f->jobs)
		return true;
	return report_wrong(r,
	                    "%" PRIu64 " jobs came to %" PRIx64
	                    "; right is %" PRIu64 " and %" PRIx64,
	                    done, f->sum, f->jobs, f->right);
}

static void finish(struct wl_run *r)
{
	const struct firm *f = r->state;

	fairness_report(&f->fairness, r);
	report_free(r);
}

const struct workload wl_fan = {
	.name = "fan",
	.summary = "jobs fanned out to workers, and their results in again",
	.shows = "channels that all Ps contend for; one goroutine readies many",
	.op = "job",
	.fairness = "the workers' jobs",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
