// metric_meaning.c - what the metrics of a workload are, in a few words.
//
// What a latency is of, and whom fairness compares, the workload's own table says. Of a
// distribution the first name stands for all.
#include "metric_meaning.h"

#include <stdio.h>
#include <string.h>
#include <workloads/workload.h>

static const struct {
	const char *name, *meaning;
} known[] = {
	{"seconds", "of all timed rounds"},
	{"sched_latency_p50", "how long a runnable goroutine waited for its P"},
	{"memory_per_goroutine",
         "resident, that came with the rounds, at its most"},
	{"slowdown_mean", "a latency by what the request needs alone"},
	{"late_p99", "how late the generator was"},
	{"generator_awake", "share of the time that it did not sleep"},
	{"generator_own_cpus", "1: no goroutine runs on its CPUs"},
	{"offered_rate", "requests that came, served or not"},
	{"overrun", "from the last arrival to the last answer, by the span"},
	{"unreached", "share of the rounds that could not serve the rate"},
	{"hog_done", "of the hogs' work, when the others were through"},
	{"wait_mean", "for the lock, or for room in the channel"},
	{"bytes_per_goroutine", "resident, while all of them were parked"},
	{"longest_turn", "until everybody had seen it"},
	{"slice_p50", "how long a goroutine ran at a time"},
	{"delay_p50", "from when it was asked to give way to when it did"},
};

enum { KNOWN = sizeof known / sizeof known[0] };

char *metric_meaning(const char *workload, const char *name, char *out,
                     size_t outlen)
{
	const struct workload *w = wl_find(workload);

	*out = '\0';
	for (size_t i = 0; i < KNOWN; i++)
		if (strcmp(name, known[i].name) == 0)
			snprintf(out, outlen, "%s", known[i].meaning);
	if (w && w->latency && strcmp(name, "latency_mean") == 0)
		snprintf(out, outlen, "of %s", w->latency);
	if (w && w->fairness && strcmp(name, "fairness") == 0)
		snprintf(out, outlen, "of %s: 1 all alike, 1/n one has all",
		         w->fairness);
	return out;
}
