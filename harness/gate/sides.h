// sides.h - who base and head are: from what was asked for to two commands that
// can be run.
#ifndef HARNESS_GATE_SIDES_H
#define HARNESS_GATE_SIDES_H

#include "../request.h"
#include "side.h"
#include "trees.h"

// Zeroed, they are nothing yet.
struct gate_sides {
	struct gate_side side[2]; // base, head
	struct trees trees;       // where they are, if they are refs
};

enum { SIDES_FAILED = 1 }; // a side could not be built; why says how

// gate_sides_check says whether base and head are named, each in one way. 0, or
// -EINVAL after a message.
int gate_sides_check(const struct request *r);

// gate_sides_make checks out and builds what has to be, and finds the programs.
// 0, SIDES_FAILED, -EINTR, -EINVAL (there is no such ref, or no such program) or
// another -errno after a message.
int gate_sides_make(const struct request *r, struct gate_sides *s, char *why,
                    size_t whylen);

// gate_sides_free removes the trees too, if there are any.
void gate_sides_free(struct gate_sides *s);

#endif
