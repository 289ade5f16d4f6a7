// noise.h - recorded A/A gates, and gates that are played from what they saw.
#ifndef HARNESS_TEST_GATE_POWER_NOISE_H
#define HARNESS_TEST_GATE_POWER_NOISE_H

#include <results/verdict_file.h>
#include <stddef.h>
#include <stdint.h>

// What one recorded gate saw: its blocks one after the other.
struct noise_gate {
	struct relabel_block *block; // [number][row]
	size_t n;
	double start, block_seconds; // before the first block, and of each
};

struct noise {
	struct samples_row *row; // that are gated: name, unit, better
	size_t rows;
	struct noise_gate *gate;
	size_t n, blocks; // of all gates
};

// noise_add takes the blocks of a gate whose head was its base. Only blocks that
// hold every row count. The strings stay those of f. 0; -EINVAL when its rows are
// not those of the first, or it has no block; -ENOMEM.
int noise_add(struct noise *n, const struct verdict_read *f);
void noise_free(struct noise *n);

// A gate that is to be played.
struct noise_play {
	double change; // of one row's head, drawn: a logarithm, up is worse
	double budget; // s
	double threshold, alpha;
};

// What came of it.
struct noise_end {
	enum verdict_end end;
	bool found; // the row that was changed is said to have regressed
	bool wrong; // or another row is, or one is said to have improved
	double seconds;
};

// noise_play plays one with the gate's own course and decision. Its blocks are
// stretches of recorded ones, so that bad minutes stay together; which of a
// block's three arms is called head is drawn anew, so that but for the change
// there is none. 0 or -errno.
int noise_play(const struct noise *n, const struct noise_play *p,
               uint64_t *state, struct noise_end *out);

#endif
