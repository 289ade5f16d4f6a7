// blocks.h - the order of the runs of a gate.
#ifndef HARNESS_GATE_BLOCKS_H
#define HARNESS_GATE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Base again is base once more: what it differs from base is noise. Where base was
// kept and is not run, it is head once more.
enum gate_arm { GATE_BASE, GATE_AGAIN, GATE_HEAD, GATE_ARMS };

enum { GATE_RUNS = 2 * GATE_ARMS, GATE_PAIR = 2 };

// gate_block writes the order of a block: the three arms in an order drawn from
// the seed, then the same mirrored, so that a steady drift of the machine adds
// as much to each. (Of base and head alone that is ABBA or BAAB.) Reversed, the
// first half is the other way round.
void gate_block(uint64_t seed, size_t number, bool reversed,
                enum gate_arm out[GATE_RUNS]);

// gate_pair writes the order of a block where base is not run: head and head
// again, by the seed or, reversed, the other way round. Each is run once, as each
// value of base that was kept came from one run.
void gate_pair(uint64_t seed, size_t number, bool reversed,
               enum gate_arm out[GATE_PAIR]);

#endif
