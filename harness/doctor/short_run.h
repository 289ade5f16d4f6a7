// short_run.h - a second of work that shows how quiet a machine is.
#ifndef HARNESS_DOCTOR_SHORT_RUN_H
#define HARNESS_DOCTOR_SHORT_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct short_run {
	int cpus; // that this process may use, each with a busy thread
	double seconds;
	// While nothing of ours ran: CPUs' worth of time used by others.
	bool foreign_known;
	double foreign_cpus;
	double steal; // share of the CPUs' time that the hypervisor took
	// While every CPU had a busy thread: the share of its time that it would
	// not have needed had all its pieces of work been as fast as its fast ones.
	double lost;
	double stall_s; // the longest that a piece took beyond a fast one
	// How late a sleeper wakes on idle CPUs: the half and the 99 % quantile.
	double wake_s, wake_99_s;
	double clock_s; // what it costs to read the clock
};

// short_run takes about so many nanoseconds. Blocks the caller, and uses every
// CPU that it may. 0; or -errno, -EAGAIN when no thread could be started.
int short_run(struct short_run *out, uint64_t ns);

// short_run_lost is the share of lost time of one thread, whose pieces took so
// long; sorts them. *stall, if that is longer, becomes the longest delay.
double short_run_lost(double *seconds, size_t n, double *stall);

#endif
