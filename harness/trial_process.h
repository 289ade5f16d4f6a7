// trial_process.h - a trial's program as a process: started, watched, ended with
// all that it started.
//
// Most callers want trial_process_run. Who runs two at once (a server and what
// loads it) starts each, steps both until one has ended, stops the other, and
// steps on until that has ended too.
#ifndef HARNESS_TRIAL_PROCESS_H
#define HARNESS_TRIAL_PROCESS_H

#include "numbers.h"
#include "perf.h"
#include "pin.h"
#include "thread_watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum {
	TRIAL_OUTPUT_MAX = 4 << 20, // of standard output, the start is kept
	TRIAL_STDERR_MAX = 4096,    // of standard error, the end is kept
};

struct trial_process {
	// Set by the caller; all of it stays until the end.
	const char *path; // of the program; NULL: argv[0]
	char *const *argv;
	const char *dir;         // to run it in; NULL: here
	const struct words *env; // "NAME=VALUE", or "NAME" to unset; or NULL
	bool same; // each time: no variables but those; if it may be, fixed addresses
	hwloc_topology_t topology;
	const struct pin *pin;
	uint64_t timeout;                // ns
	const char *group;               // of quota.h, to be entered; or NULL
	const struct perf_promise *perf; // what to count, or NULL
	struct thread_watch *watch;      // of its threads, or NULL
	// hear, if not NULL, is called with standard error as it comes.
	void (*hear)(void *hearer, const char *data, size_t n);
	void *hearer;

	// Valid once it has ended.
	int status;          // as wait(2) tells it
	bool timed_out;      // it was stopped because its time was over
	bool output_cut;     // it wrote more than TRIAL_OUTPUT_MAX
	bool interrupted;    // it was stopped because we were
	bool left;           // something of it could not be ended
	double seconds;      // from start to end
	double cpu_seconds;  // that it and all it started used
	struct rusage usage; // the same, and more
	struct perf_counts counts;

	// Growing while it runs.
	char *output; // standard output, ended by a NUL; NULL: nothing yet
	size_t output_len;
	char errors[TRIAL_STDERR_MAX + 1]; // the end of standard error

	// The watcher's own.
	pid_t keeper; // 0: not started
	pid_t program;
	int out, err, ends; // the ends we read; -1 when closed
	bool ended;
	bool asked; // to end
	bool failed;
	uint64_t started, deadline; // ns
};

// trial_process_run starts the program without a shell, in its own process
// group and on the CPUs of the pin, with an empty standard input, and waits for
// it; the timeout ends the group with SIGTERM, and with SIGKILL 2 s later. When
// it has ended, or this process dies, whatever it started is killed, also what
// has left its group and its session (see keeper.c).
// interrupt_catch comes first.
// 0; -EINTR when interrupt_seen() and the child was stopped for it; or -errno
// after a message when it could not be started.
int trial_process_run(struct trial_process *p);

// trial_process_start begins it: 0, or -errno after a message.
int trial_process_start(struct trial_process *p);

// trial_process_step waits until something happens to one of the n processes,
// or until the time until (ns of CLOCK_MONOTONIC), and takes note of it.
// Those that are not started or have ended are passed over.
void trial_process_step(struct trial_process *const *all, int n, uint64_t until);

// trial_process_stop asks it to end, now; it is killed 2 s later.
void trial_process_stop(struct trial_process *p);

// trial_process_free frees the output; the process has ended or never started.
void trial_process_free(struct trial_process *p);

#endif
