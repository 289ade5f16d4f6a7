// observe.h - one run of a command, and the values it gives.
#ifndef HARNESS_GATE_OBSERVE_H
#define HARNESS_GATE_OBSERVE_H

#include "../pin.h"
#include "gate_request.h"
#include "side.h"

#include <results/samples.h>

struct observer {
	const struct gate_side *side;
	hwloc_topology_t topology;
	const struct pin *pin;
	uint64_t timeout; // ns
};

struct trial_process;

enum { OBSERVE_FAILED = 1 }; // the command failed; why says how

// observe runs the command in a fresh process and reads its output as *rows
// says; GATE_ROWS_AUTO is settled by what it looks like. 0; OBSERVE_FAILED;
// -EINTR when it was interrupted; another -errno after a message.
int observe(const struct observer *o, enum gate_rows *rows, struct samples *out,
            double *seconds, char *why, size_t whylen);

// observe_ended_badly says how a process ended that should have ended well, or
// returns false.
bool observe_ended_badly(struct trial_process *p, char *why, size_t size);

#endif
