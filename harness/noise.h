// noise.h - what else ran on the CPUs of a trial, and what kept it from running.
#ifndef HARNESS_NOISE_H
#define HARNESS_NOISE_H

#include <hwloc.h>
#include <stdbool.h>

// CPU seconds since boot, summed over some CPUs.
struct noise_sample {
	bool known;
	double busy;  // in user mode, kernel and interrupts
	double steal; // wanted while the hypervisor ran another machine
	double own;   // of busy, used by this process itself
	// By the quotas of this process's own control groups, all levels together.
	bool throttled_known;
	double throttled;
};

// noise_read samples the CPUs in set, from sysroot/proc/stat, and the control groups
// that sysroot has of this process; "" is this machine.
struct noise_sample noise_read(const char *sysroot, hwloc_const_bitmap_t set);

// noise_parse adds what one line of /proc/stat says about a CPU in set, given
// ticks per second; false for another line.
bool noise_parse(const char *line, hwloc_const_bitmap_t set, double hz,
                 struct noise_sample *s);

struct noise {
	bool known;
	double foreign; // CPU seconds of others between two samples
	double steal;
	double own; // of this process itself; known in any case
	bool throttled_known;
	double throttled; // a trial is in our groups, so it was, too
};

// noise_between takes away what the trial itself used. The kernel counts in
// ticks (10 ms as a rule), so that small values are noise themselves.
struct noise noise_between(const struct noise_sample *from,
                           const struct noise_sample *to, double trial_cpu);

// noise_disturbs says whether others used more than limit, a share, of so many
// CPUs during so many seconds. What counting in ticks may add, one on each CPU,
// is forgiven.
bool noise_disturbs(const struct noise *n, double limit, double seconds,
                    int cpus);

#endif
