// keeper.h - the process between dyno and a trial's program.
#ifndef HARNESS_KEEPER_H
#define HARNESS_KEEPER_H

#include "trial_process.h"

#include <signal.h>

// What dyno tells the keeper.
enum {
	KEEPER_ASK = SIGTERM,  // send the program's group SIGTERM
	KEEPER_KILL = SIGUSR1, // kill all there is
};

// What the keeper tells when all is over.
struct keeper_end {
	int status;          // of the program, as wait(2) tells it
	struct rusage usage; // of the program and all that it started
	bool left;           // something could not be killed
	struct perf_counts counts;
	struct thread_times first; // of the program's first thread, after its end
};

// What the program could not do before it was executed.
struct keeper_failure {
	int err;
	char step[32];
};

// The ends of pipes that the keeper and the program write to.
struct keeper_pipes {
	int out, err; // the program's outputs
	int exec;     // a keeper_failure, or nothing when the program runs
	int end; // the program's pid_t before its exec, at last a keeper_end
};

// keeper_run is the whole life of the keeper, in a child that has just been
// forked by parent. It does not return.
_Noreturn void keeper_run(const struct trial_process *p, pid_t parent,
                          const struct keeper_pipes *pipes);

#endif
