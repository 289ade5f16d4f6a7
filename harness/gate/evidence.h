// evidence.h - what the runs of a gate said, row by row and block by block.
#ifndef HARNESS_GATE_EVIDENCE_H
#define HARNESS_GATE_EVIDENCE_H

#include "blocks.h"

#include <results/samples.h>
#include <results/verdict.h>

// The unit of what is the same each time, and is decided without a test.
#define EVIDENCE_COUNTED "instructions"

struct evidence_row {
	double value[GATE_ARMS][2]; // logarithms, of this block; NaN: none
	double sum[2];              // of logarithms: base, head
	double plain[2];            // of the values themselves
	size_t runs[2];             // how many those are
	size_t zeros[2];            // and how many of them are 0
	size_t missed;              // runs of head that lacked it
	double *apart;              // logarithms of base, see evidence_base
	size_t n_apart;
	bool not_positive; // a value has no logarithm, and should have one
	struct relabel_block *block, *confirm;
	size_t n, n_confirm;
};

// Zeroed, it is empty.
struct evidence {
	struct samples names; // the rows' names, units and groups
	struct evidence_row *row;
	size_t n;
	bool apart;                  // base has been set
	struct verdict_row *verdict; // for evidence_verdict
	char failure[512];           // why the gate ended early; "": it did not
};

// evidence_base sets base's values, which are then not measured in the blocks: a
// block is one run of head and one of head again (GATE_AGAIN), turn 0. 0 or
// -ENOMEM.
int evidence_base(struct evidence *e, const struct samples *base);

// evidence_take notes the run of an arm in this block, turn 0 or 1. Several
// values of a row are one process's: their median counts. 0 counts where it can be
// meant: of what is better lower and no time, such as allocs/op. 0 or -ENOMEM.
int evidence_take(struct evidence *e, enum gate_arm arm, int turn,
                  const struct samples *run);

// evidence_block ends a block. 0 or -ENOMEM.
int evidence_block(struct evidence *e, bool confirm);

// evidence_put adds a whole block of a row, of which nothing else is known. 0 or
// -ENOMEM.
int evidence_put(struct evidence *e, const struct samples_row *like,
                 const struct relabel_block *block, bool confirm);

// evidence_precise says whether every row that is gated is known to within that
// standard error, of the logarithm; base's own counts where it was kept, and where
// that alone is too large, head is run until its own hardly adds to it. It looks at
// the spread only, never at the change, so that to stop for it favours no verdict.
bool evidence_precise(const struct evidence *e, bool tails, double error);

// evidence_row_precise says the same of one row, by the blocks that confirm or by
// those before.
bool evidence_row_precise(const struct evidence *e, size_t row, bool confirm,
                          double error);

// evidence_verdict lists the rows in v, whose strings and numbers stay those of
// e. 0 or -ENOMEM.
int evidence_verdict(struct evidence *e, bool tails, struct verdict *v);

// evidence_gated is the number of rows that may be gated, evidence_gates whether
// this one may.
size_t evidence_gated(const struct evidence *e, bool tails);
bool evidence_gates(const struct samples_row *name, bool tails);

// evidence_is_tail says whether a unit names a quantile from 90 % on, or a
// maximum: "p99-sec", "sched_latency_p999-sec", "max-ns".
bool evidence_is_tail(const char *unit);

void evidence_free(struct evidence *e);

#endif
