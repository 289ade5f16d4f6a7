// side.h - one side of a gate: the command that base or head is, and where it is
// run.
#ifndef HARNESS_GATE_SIDE_H
#define HARNESS_GATE_SIDE_H

#include "../numbers.h"

#include <stdbool.h>

// Zeroed, it is nothing yet.
struct gate_side {
	char *label;        // of the verdict: what this side is, for people
	char *dir;          // where it is run; NULL: here
	struct words given; // the command, with "{ms}" where it asks for a length
	struct words argv;   // the same with its length, and a NULL behind
	struct words change; // of its environment, as in trial_process.h
	char *path;          // of the program
};

// gate_side_command takes a command on one line; option is what gave it. 0,
// -EINVAL after a message, -ENOMEM.
int gate_side_command(struct gate_side *s, const char *option, const char *text);

// gate_side_find finds the program: in PATH, or, when its name has a slash, from
// the side's directory on. 0, or -EINVAL after a message.
int gate_side_find(struct gate_side *s);

// gate_side_asks says whether the command asks for a length.
bool gate_side_asks(const struct gate_side *s);

// gate_side_length writes argv. 0 or -ENOMEM.
int gate_side_length(struct gate_side *s, int ms);

void gate_side_free(struct gate_side *s);

#endif
