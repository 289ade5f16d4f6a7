// latency.c - the histograms of the time from runnable to running, Go's
// /sched/latencies:seconds, and of that from a request to preempt to its effect.
//
// Whoever makes a G runnable may stamp it; the M that runs it records the
// difference in the histogram of its P, which nobody else writes. The stamps are
// ticks of the processor's counter, and so are the buckets: what a tick is in
// seconds is found at the end, from the two clocks at both ends of the run, which
// is exact where a calibration in advance would not be.
//
// Source: runtime/proc.go casgstatus (gTrackingPeriod). Differs: Go counts the
// transitions of each G and times its every eighth.
#include "sched/latency.h"

#include <stddef.h>
#include <string.h>

#include "base/settings.h"
#include "sched/sched.h"

enum { GO_EVERY = 8 };

// Constant while a runtime runs: of so many waits one is timed, in the mean.
static uint32_t every;

static struct {
	uint64_t ticks, ns;
} start;

static struct {
	const char *name;
	size_t offset;               // of the histogram in a P
	uint64_t kept[HIST_BUCKETS]; // of the last runtime
} kinds[] = {
	{.name = "/sched/latencies:seconds",
         .offset = offsetof(struct p, latency)},
	{.name = "/dyno/preempt/delays:seconds",
         .offset = offsetof(struct p, preempt_delay)},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static double kept_tick; // the scale of what is kept

// Seconds per tick. The first reads differ by up to a microsecond, which a run of
// a millisecond makes a thousandth.
static double tick(void)
{
	uint64_t ticks = port_ticks() - start.ticks, ns = port_now() - start.ns;

	return ticks && ns ? 1e-9 * (double)ns / (double)ticks : 1e-9;
}

void latency_stamp(struct m *mp, struct g *gp)
{
	mp->untimed = rand_below(&mp->rand, 2 * every - 1);
	gp->timed = true;
	gp->runnable_at = port_ticks();
}

// Two processors' counters may differ by a little.
void latency_record(struct p *pp, struct g *gp)
{
	uint64_t now = port_ticks();

	gp->timed = false;
	histogram_record(&pp->latency,
	                 now > gp->runnable_at ? now - gp->runnable_at : 0);
}

void latency_preempted(struct m *mp)
{
	uint64_t now = port_ticks(), asked = w64_load_rlx(&mp->preempt_asked);

	histogram_record(&m_p(mp)->preempt_delay, now > asked ? now - asked : 0);
}

static void sum(int kind, uint64_t out[HIST_BUCKETS])
{
	for (int id = 0; id < DY_PROCS_MAX && sched_p(id); id++) {
		const struct histogram *h =
			(const void *)((const char *)sched_p(id) +
		                       kinds[kind].offset);

		for (int i = 0; i < HIST_BUCKETS; i++)
			out[i] += w64_load_own(&h->count[i]);
	}
}

void latency_open(void)
{
	every = setting("latencies", 0) ? 1 : GO_EVERY;
	for (int i = 0; i < KINDS; i++)
		memset(kinds[i].kept, 0, sizeof kinds[i].kept);
	start.ticks = port_ticks();
	start.ns = port_now();
}

void latency_keep(void)
{
	for (int i = 0; i < KINDS; i++)
		sum(i, kinds[i].kept);
	kept_tick = tick();
}

static void read_kind(int kind, struct dy_histogram *out)
{
	bool over = sched_p(0) == NULL;
	double scale = over ? kept_tick : tick();

	memset(out, 0, sizeof *out);
	if (over)
		memcpy(out->count, kinds[kind].kept, sizeof out->count);
	else
		sum(kind, out->count);
	for (uint32_t i = 0; i <= HIST_BUCKETS; i++)
		out->bound[i] = (double)histogram_bound(i) * scale;
}

bool dy_metric_histogram(const char *name, struct dy_histogram *out)
{
	for (int i = 0; i < KINDS; i++) {
		if (strcmp(name, kinds[i].name) == 0) {
			read_kind(i, out);
			return true;
		}
	}
	return false;
}
