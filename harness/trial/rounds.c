// rounds.c - the rounds of one trial: warmed up, timed, verified.
//
// The clock is read next to the round, inside of everything else that is read
// around it, so that reading counters costs wall time and not throughput.
//
// What that leaves of the runner inside of a round is measured in every trial, by
// rounds of the workload that does nothing; and what passes between two rounds and is
// not verifying is the runner's.
#include "rounds.h"

#include <dyno/time.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

// Rounds that are shorter than what is read around them end after this many
// times the duration on the clock.
enum { PATIENCE = 4 };

enum { EMPTY_ROUNDS = 100 };

#define IDLE_NS UINT64_C(10000000)

#define LATENCIES "/sched/latencies:seconds"

static void say(struct rounds *r, enum rounds_outcome outcome, const char *what,
                int err)
{
	struct wl_run *run = &r->run;
	size_t len;

	r->outcome = outcome;
	if (!run->why[0])
		snprintf(run->why, sizeof run->why, "%s", what);
	len = strlen(run->why);
	if (err)
		snprintf(run->why + len, sizeof run->why - len, ": %s",
		         strerrordesc_np(-err));
}

static bool prepare(struct rounds *r)
{
	int err = r->workload->prepare ? r->workload->prepare(&r->run) : 0;

	if (err == -ENOTSUP)
		say(r, ROUNDS_UNSUPPORTED, "this machine cannot run it", 0);
	else if (err == -EINVAL)
		say(r, ROUNDS_REFUSED, "the workload takes no such parameters",
		    0);
	else if (err)
		say(r, ROUNDS_ERROR, "the workload could not be prepared", err);
	return err == 0;
}

// verify checks the last round; a wrong answer ends the trial.
static bool verify(struct rounds *r)
{
	if (r->workload->verify(&r->run))
		return true;
	say(r, ROUNDS_WRONG, "the answer is wrong", 0);
	return false;
}

// add_stats adds what the scheduler counted between two readings. What is not a
// counter is taken as it is at the end; so are the Ms created, most of them
// while warming up: the rounds run on them all the same.
static void add_stats(struct dy_stats *sum, const struct dy_stats *from,
                      const struct dy_stats *to)
{
	struct dy_stats before = *sum;

	*sum = *to;
#define X(field, what) sum->field = before.field + to->field - from->field;
	DY_STATS(X)
#undef X
	sum->m_created_main = to->m_created_main;
	sum->m_created_spin = to->m_created_spin;
	sum->m_created_handoff = to->m_created_handoff;
	sum->m_created_sysmon = to->m_created_sysmon;
}

// keep stores the throughput of a round; the room doubles when it is full.
static bool keep(struct rounds *r, double throughput)
{
	if ((r->n & (r->n - 1)) == 0) {
		size_t room = r->n ? 2 * r->n : 1;
		double *grown = reallocarray(r->throughput, room, sizeof *grown);

		if (!grown)
			return false;
		r->throughput = grown;
	}
	r->throughput[r->n++] = throughput;
	return true;
}

// timed runs one round and adds what it took; false when the trial is to end.
static bool timed(struct rounds *r)
{
	struct dy_stats from, to;
	uint64_t start, end;
	double seconds;

	r->run.ops = 0;
	r->run.n_metric = 0;
	counters_begin(r->counters);
	dy_stats_read(&from);
	start = dy_now();
	r->workload->round(&r->run);
	end = dy_now();
	dy_stats_read(&to);
	counters_end(r->counters);
	add_stats(&r->stats, &from, &to);
	// A clock that stood still during a round says a nanosecond at least.
	seconds = end > start ? (double)(end - start) * 1e-9 : 1e-9;
	r->seconds += seconds;
	r->ops += r->run.ops;
	if (keep(r, (double)r->run.ops / seconds))
		return true;
	say(r, ROUNDS_ERROR, "no memory for the rounds' times", 0);
	return false;
}

// latency_since takes what was timed before out of the histogram.
static void latency_since(struct rounds *r)
{
	struct dy_histogram before = r->latency;

	dy_metric_histogram(LATENCIES, &r->latency);
	for (int i = 0; i < DY_HISTOGRAM_BUCKETS; i++)
		r->latency.count[i] -= before.count[i];
}

// time_nothing returns what an empty round seems to take, in seconds: the least of
// many, because what disturbs one is no cost of the runner.
static double time_nothing(void)
{
	const struct workload *nothing = wl_find("null");
	struct wl_run run = {.ops = 0};
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < EMPTY_ROUNDS; i++) {
		uint64_t start = dy_now(), took;

		nothing->round(&run);
		took = dy_now() - start;
		least = took < least ? took : least;
	}
	return (double)least * 1e-9;
}

// play_all plays timed rounds until their time is up.
static void play_all(struct rounds *r)
{
	uint64_t begun = dy_now(), late = begun + PATIENCE * r->duration;
	uint64_t verifying = 0, start, end;
	double wanted = (double)r->duration * 1e-9;
	bool go_on;

	do {
		go_on = timed(r);
		start = dy_now();
		go_on = go_on && verify(r) && r->seconds < wanted;
		end = dy_now();
		verifying += end - start;
	} while (go_on && end < late);
	r->section = fmax((double)(end - begun) * 1e-9, r->seconds);
	r->between = r->section - r->seconds - (double)verifying * 1e-9;
}

// cpu_seconds is the CPU time of all threads of this process; below 0: unknown.
static double cpu_seconds(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
		return -1;
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// watch_idle lets the runtime have nothing to run for a while, and looks how many CPUs
// it keeps busy with that: Ms that search, and the monitor.
static void watch_idle(struct rounds *r)
{
	double cpu = cpu_seconds(), now;
	uint64_t start = dy_now();

	dy_sleep(IDLE_NS);
	now = cpu_seconds();
	r->idle_cpu = cpu < 0 || now < 0
	                      ? -1
	                      : (now - cpu) * 1e9 / (double)(dy_now() - start);
}

// weigh finds how much more memory was resident at the most than before the rounds, for
// each goroutine: a runtime of threads has one for each M, and counts no records.
static void weigh(struct rounds *r, uint64_t before)
{
	struct dy_stats now;
	struct rusage usage;
	uint64_t goroutines, peak;

	dy_stats_read(&now);
	goroutines = now.g_records ? now.g_records : now.m_peak;
	if (!before || !goroutines || getrusage(RUSAGE_SELF, &usage) != 0)
		return;
	peak = (uint64_t)usage.ru_maxrss * 1024;
	r->memory = peak > before ? (double)(peak - before) / (double)goroutines
	                          : 0;
}

static void run_all(struct rounds *r)
{
	uint64_t resident = dy_resident_bytes();

	r->memory = -1;
	r->run.warm_up = true;
	r->workload->round(&r->run);
	r->run.warm_up = false;
	if (!verify(r))
		return;
	dy_metric_histogram(LATENCIES, &r->latency);
	r->empty = time_nothing();
	counters_section_begin(r->counters);
	play_all(r);
	counters_section_end(r->counters);
	latency_since(r);
	weigh(r, resident);
	// A single round is asked for where instructions are counted: no more of them.
	r->idle_cpu = -1;
	if (r->outcome == ROUNDS_OK && r->duration > 0)
		watch_idle(r);
}

void rounds_main(void *arg)
{
	struct rounds *r = arg;

	r->outcome = ROUNDS_OK;
	if (!prepare(r))
		return;
	run_all(r);
	if (r->workload->finish)
		r->workload->finish(&r->run);
}

void rounds_free(struct rounds *r)
{
	free(r->throughput);
	r->throughput = NULL;
}
