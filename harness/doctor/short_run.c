// short_run.c - a second of work that shows how quiet a machine is.
//
// Three parts. First nothing, a quarter of the time: what /proc/stat counts then
// is others' work. Then half of the time one thread on every CPU does the same
// piece of work again and again: what the slow pieces took beyond the fast ones
// was lost to other processes, interrupts, the hypervisor, a quota or a clock
// that changes. A fast piece is the 5 % quantile and not the fastest, which may
// owe more to luck. Last, short sleeps: how late they end is what it costs to
// wake a CPU that has gone idle.
//
// Rejected: a score that mixes these. Each has another cause and another remedy.
#include "short_run.h"

#include "../noise.h"
#include "../now.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

enum {
	PIECE_NS = 200000,
	SLEEP_NS = 500000,
	CLOCK_READS = 20000,
	NS = 1000000000,
};

static uint64_t now(void)
{
	return now_ns(CLOCK_MONOTONIC);
}

static void sleep_ns(uint64_t ns)
{
	struct timespec t = {.tv_sec = (time_t)(ns / NS),
	                     .tv_nsec = (long)(ns % NS)};

	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		;
}

// work does a piece: so many steps, each waiting for the one before.
static void work(uint64_t steps)
{
	volatile uint64_t sink;
	uint64_t x = 88172645463325252u;

	while (steps--) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	sink = x;
	(void)sink;
}

// calibrate finds how many steps take about PIECE_NS when nothing disturbs.
static uint64_t calibrate(void)
{
	uint64_t steps = 1000, best;

	do {
		steps *= 2;
		best = UINT64_MAX;
		for (int i = 0; i < 5; i++) {
			uint64_t start = now(), took;

			work(steps);
			took = now() - start;
			best = took < best ? took : best;
		}
	} while (best < PIECE_NS / 2 && steps < (UINT64_C(1) << 40));
	return best ? steps * PIECE_NS / best : steps;
}

static int by_size(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

double short_run_lost(double *seconds, size_t n, double *stall)
{
	double sum = 0, fast;

	if (!n)
		return 0;
	qsort(seconds, n, sizeof *seconds, by_size);
	fast = seconds[n / 20];
	for (size_t i = 0; i < n; i++)
		sum += seconds[i] > fast ? seconds[i] : fast;
	if (seconds[n - 1] - fast > *stall)
		*stall = seconds[n - 1] - fast;
	return sum > 0 ? 1 - fast * (double)n / sum : 0;
}

//---------------------------------------------------------------------------
// Busy threads
//---------------------------------------------------------------------------

struct worker {
	pthread_t thread;
	int cpu;
	uint64_t until, steps;
	double *seconds; // of each piece
	size_t n, room;
};

static void *pieces(void *arg)
{
	struct worker *w = arg;
	cpu_set_t one;
	uint64_t start, end;

	CPU_ZERO(&one);
	CPU_SET((size_t)w->cpu, &one);
	sched_setaffinity(0, sizeof one, &one); // where refused: anywhere
	work(w->steps);
	for (end = now(); end < w->until && w->n < w->room; w->n++) {
		start = end;
		work(w->steps);
		end = now();
		w->seconds[w->n] = (double)(end - start) / NS;
	}
	return NULL;
}

static int start_workers(struct worker *w, int n, double *room, size_t each,
                         const cpu_set_t *cpus, uint64_t ns)
{
	uint64_t steps = calibrate(), until = now() + ns;
	int started = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE && started < n; cpu++) {
		if (!CPU_ISSET((size_t)cpu, cpus))
			continue;
		w[started] = (struct worker){.cpu = cpu,
		                             .until = until,
		                             .steps = steps,
		                             .seconds = room +
		                                        each * (size_t)started,
		                             .room = each};
		if (pthread_create(&w[started].thread, NULL, pieces,
		                   &w[started]) != 0)
			break;
		started++;
	}
	return started;
}

// keep_busy sets lost: the mean over the CPUs.
static int keep_busy(struct short_run *out, const cpu_set_t *cpus, uint64_t ns)
{
	size_t each = (size_t)(2 * ns / PIECE_NS + 1);
	struct worker *w = calloc((size_t)out->cpus, sizeof *w);
	double *room = calloc((size_t)out->cpus * each, sizeof *room);
	int n = 0;

	if (w && room)
		n = start_workers(w, out->cpus, room, each, cpus, ns);
	for (int i = 0; i < n; i++) {
		pthread_join(w[i].thread, NULL);
		out->lost += short_run_lost(w[i].seconds, w[i].n, &out->stall_s) /
		             n;
	}
	free(room);
	free(w);
	return n ? 0 : -EAGAIN;
}

//---------------------------------------------------------------------------
// The other parts
//---------------------------------------------------------------------------

static void wake_up(struct short_run *out, uint64_t ns)
{
	size_t n = (size_t)(ns / (2 * SLEEP_NS)) + 10;
	double *late = calloc(n, sizeof *late);
	int slack = prctl(PR_GET_TIMERSLACK);

	if (!late)
		return;
	prctl(PR_SET_TIMERSLACK, 1); // else the kernel may add 50 us
	for (size_t i = 0; i < n; i++) {
		uint64_t start = now();

		sleep_ns(SLEEP_NS);
		late[i] = (double)(now() - start - SLEEP_NS) / NS;
	}
	if (slack > 0)
		prctl(PR_SET_TIMERSLACK, slack);
	qsort(late, n, sizeof *late, by_size);
	out->wake_s = late[n / 2];
	out->wake_99_s = late[n - 1 - n / 100];
	free(late);
}

static void read_clock(struct short_run *out)
{
	uint64_t start = now();

	for (int i = 0; i < CLOCK_READS; i++)
		now();
	out->clock_s = (double)(now() - start) / NS / CLOCK_READS;
}

// note_others takes what was counted while we slept, and steal over it all.
static void note_others(struct short_run *out,
                        const struct noise_sample *sample, double idle)
{
	double busy = sample[1].busy - sample[0].busy -
	              (sample[1].own - sample[0].own);

	out->foreign_known = sample[0].known && sample[1].known &&
	                     sample[2].known;
	if (!out->foreign_known)
		return;
	out->foreign_cpus = busy > 0 ? busy / idle : 0;
	out->steal = (sample[2].steal - sample[0].steal) /
	             (out->seconds * out->cpus);
}

static void watch(struct short_run *out, struct noise_sample *sample,
                  hwloc_const_bitmap_t set, uint64_t ns)
{
	sample[0] = noise_read("", set);
	sleep_ns(ns);
	sample[1] = noise_read("", set);
	read_clock(out);
}

int short_run(struct short_run *out, uint64_t ns)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	uint64_t start = now(), watched;
	struct noise_sample sample[3];
	cpu_set_t cpus;
	int err;

	*out = (struct short_run){.cpus = 0};
	if (!set)
		return -ENOMEM;
	if (sched_getaffinity(0, sizeof cpus, &cpus) != 0) {
		hwloc_bitmap_free(set);
		return -errno;
	}
	out->cpus = CPU_COUNT(&cpus);
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &cpus))
			hwloc_bitmap_set(set, cpu);
	watch(out, sample, set, ns / 4);
	watched = now() - start;
	err = keep_busy(out, &cpus, ns / 2);
	wake_up(out, ns / 4);
	sample[2] = noise_read("", set);
	hwloc_bitmap_free(set);
	out->seconds = (double)(now() - start) / NS;
	note_others(out, sample, (double)watched / NS);
	return err;
}
