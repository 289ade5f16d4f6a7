// control.h - the controls of counters: do a thing, see whether it is counted.
#ifndef HARNESS_CONTROL_H
#define HARNESS_CONTROL_H

#include "counters.h"

// What is done, and how much of it a counter must have seen. A sleep that is over
// before its thread has left the CPU is no switch; that is rare, but happens.
enum {
	CONTROL_SLEEPS = 50,
	CONTROL_SLEEPS_SEEN = 45,
	CONTROL_MOVES = 2, // from CPU to CPU
	CONTROL_MOVES_SEEN = 1,
};

// Which stimuli could be given, and why not.
struct control_report {
	bool given[STIMULI];
	const char *why[STIMULI];
};

// control_stimulate does, on the calling thread, everything that counters are
// expected to see. Takes about ten milliseconds. The memory that it touched
// stays until control_tidy, so that its size can be read.
void control_stimulate(struct control_report *out);
void control_tidy(void);

// control_verdict says whether a counter that moved by this much can be
// trusted; if not, why has the reason.
bool control_verdict(const struct counter *c, double moved,
                     const struct control_report *given, char *why,
                     size_t whylen);

#endif
