// pilot.h - how long a trial should be.
#ifndef HARNESS_GATE_PILOT_H
#define HARNESS_GATE_PILOT_H

#include "gate.h"

enum { PILOT_FIRST = 200 }; // ms, before the pilot has chosen

// pilot runs base for 50, 200 and 500 ms, a few times each in turn, and sets the
// length with which a second of measuring tells most. As gate_run otherwise.
int pilot(struct gate *g);

// What the pilot needs of the gate: one run of an arm, its values in out (0,
// OBSERVE_FAILED with the evidence told why, or -errno); both commands with another
// length; and the seconds since the gate began.
int gate_look(struct gate *g, enum gate_arm arm, struct samples *out,
              double *seconds);
int gate_set_length(struct gate *g, int ms);
double gate_elapsed(const struct gate *g);

#endif
