// trial_process.h - one trial as a child process: started, watched, reaped.
#ifndef HARNESS_TRIAL_PROCESS_H
#define HARNESS_TRIAL_PROCESS_H

#include "pin.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TRIAL_OUTPUT_MAX = 4 << 20, // a longer document is refused
	TRIAL_STDERR_MAX = 4096,    // of standard error, the end is kept
};

struct trial_process {
	// Set by the caller.
	char *const *argv; // argv[0] is the path of the program
	hwloc_topology_t topology;
	const struct pin *pin;
	uint64_t timeout; // ns

	// Set by trial_process_run.
	int status;         // as wait(2) tells it
	bool timed_out;     // it was stopped because its time was over
	bool output_cut;    // it wrote more than TRIAL_OUTPUT_MAX
	double seconds;     // from start to end
	double cpu_seconds; // that it and its children used
	char *output;       // standard output, ended by a NUL; to be freed
	size_t output_len;
	char errors[TRIAL_STDERR_MAX + 1]; // the end of standard error
};

// trial_process_run starts the program without a shell, in its own process
// group and on the CPUs of the pin, with an empty standard input, and waits for
// it; the timeout ends the group with SIGTERM, and with SIGKILL 2 s later. If
// this process dies, the child is killed. Nothing of the group is left behind.
// interrupt_catch comes first.
// 0; -EINTR when interrupt_seen() and the child was stopped for it; or -errno
// after a message when it could not be started.
int trial_process_run(struct trial_process *p);

void trial_process_free(struct trial_process *p);

#endif
