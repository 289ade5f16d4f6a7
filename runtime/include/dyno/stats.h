// stats.h - what the scheduler counted.
//
// Each counter is written by the P or M that it happened on, plainly, and
// summed by the reader: a snapshot of a running runtime is a little blurred, a
// snapshot after dy_run's main has joined its goroutines is exact.
//
// Nothing here blocks. Names and helps that are returned stay.
#ifndef DYNO_STATS_H
#define DYNO_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DY_STATS_VERSION 1

// X(field, what it counts). Appending is compatible; anything else raises
// DY_STATS_VERSION.
#define DY_STATS(X) \
	X(spawns, "goroutines created") \
	X(exits, "goroutines ended") \
	X(switches, "goroutines put on a P, by whatever way") \
	X(direct_switches, "of those, straight from another goroutine") \
	X(yields, "calls of dy_yield that let another run") \
	X(parks, "goroutines parked") \
	X(readies, "parked goroutines made runnable") \
	X(runnext_hits, "goroutines taken from runnext") \
	X(local_takes, "goroutines taken from the P's own queue") \
	X(global_takes, "goroutines taken from the global queue") \
	X(global_puts, "goroutines put on the global queue") \
	X(overflows, "times a full local queue spilled to the global one") \
	X(steals_tried, "looks into another P's queue") \
	X(steals_won, "of those, looks that took something") \
	X(stolen, "goroutines taken from other Ps") \
	X(stolen_runnext, "of those, out of a runnext") \
	X(spins, "times an M began to spin for work") \
	X(spin_finds, "of those, spins that found work") \
	X(m_parks, "times an M went to sleep for want of work") \
	X(m_wakes, "times an M was woken for work") \
	X(m_created_main, "Ms that were there from the start") \
	X(m_created_spin, "Ms created to look for work") \
	X(m_created_handoff, "Ms created to take a P from a blocking call") \
	X(m_created_sysmon, "the monitor's own thread") \
	X(m_create_failed, "threads that the kernel refused") \
	X(m_cap_held, "times the M cap kept a P from being handed on") \
	X(syscalls, "blocking calls begun") \
	X(handoffs, "Ps handed to another M") \
	X(retakes, "Ps taken from a blocking call by sysmon") \
	X(preempts_asked, "preemptions requested") \
	X(preempts_polled, "preemptions done at a poll or a library call") \
	X(preempts_signal, "preemptions done in the middle of workload code") \
	X(preempts_refused, "signals that met code which cannot be preempted") \
	X(timers_fired, "timers that ran") \
	X(polls, "looks at the network poller") \
	X(poll_readies, "goroutines made runnable by it") \
	X(stacks_carved, "stacks cut from fresh memory") \
	X(stacks_reused, "stacks taken from a cache") \
	X(stacks_inherited, "stacks passed on in place at an exit") \
	X(stacks_trimmed, "free stacks whose memory was given back") \
	X(syscall_waits, "blocking calls that waited for a place in the pool") \
	X(search_repeats, "searches that an idle policy had begun again") \
	X(compiled_looks, "looks at the clock by polls that a compiler inserted") \
	X(syscall_takes, "Ps taken back from another call at the end of one")

struct dy_stats {
#define X(field, what) uint64_t field;
	DY_STATS(X)
#undef X
	// Not counters: as they are now, and the most there were.
	uint64_t m_now, m_peak;          // Ms, sysmon not counted
	uint64_t m_idle, m_blocked_peak; // parked now; most in blocking calls at
					 // once, as seen when a P was handed on
	uint64_t g_now;                  // goroutines that exist
	uint64_t g_records; // records ever needed: the most at once, and the caches
};

// dy_stats_read sums up the running runtime, or the last one to have run.
// Blocks: nothing.
void dy_stats_read(struct dy_stats *out);

// dy_stats_name, dy_stats_help and dy_stats_get walk the fields: i counts from
// 0, and a NULL name is the end.
const char *dy_stats_name(size_t i);
const char *dy_stats_help(size_t i);
uint64_t dy_stats_get(const struct dy_stats *s, size_t i);

// dy_resident_bytes is the memory of this process that is resident; 0 where the
// system does not tell. A system call.
uint64_t dy_resident_bytes(void);

// dy_metric reads a metric of the running runtime by the name that Go's
// runtime/metrics has for it; false: there is none of that name. Those that count
// goroutines by state look at every one. dy_metric_name walks the names.
bool dy_metric(const char *name, double *value);
const char *dy_metric_name(size_t i);

#define DY_HISTOGRAM_BUCKETS 368

// How often a value was in [bound[i], bound[i + 1]): eight buckets for each power
// of two.
struct dy_histogram {
	uint64_t count[DY_HISTOGRAM_BUCKETS];
	double bound[DY_HISTOGRAM_BUCKETS + 1];
};

// dy_metric_histogram reads a distribution of the running runtime, or the last
// one, by Go's name for it; false: there is none of that name. There are
// /sched/latencies:seconds, how long goroutines were runnable before they ran,
// of one in eight waits (DYNO_DEBUG=latencies=1 has all of them timed), and, not of
// Go, /dyno/preempt/delays:seconds, how long a goroutine that was asked to give way
// ran on. Blocks: nothing.
bool dy_metric_histogram(const char *name, struct dy_histogram *out);
// dy_histogram_quantile estimates the value that a share q, 0 to 1, of all values
// does not exceed, within the width of its bucket. -1: there are no values.
double dy_histogram_quantile(const struct dy_histogram *h, double q);

#ifdef __cplusplus
}
#endif
#endif
