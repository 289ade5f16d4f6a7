// fidelity_cells.h - the cells of the fidelity report's tables.
#ifndef RESULTS_FIDELITY_CELLS_H
#define RESULTS_FIDELITY_CELLS_H

#include "fidelity.h"

enum { FIDELITY_CELL = 80 };

// Each writes a text of at most FIDELITY_CELL bytes and returns it.

// What a measure is at one GOMAXPROCS: "1.95 / 1.88" (Dyno / Go), or the ratio of
// the two with its interval: "2.10 (2.05 .. 2.20)".
const char *fidelity_cell_text(const struct fidelity_workload *w, size_t point,
                               enum fidelity_measure m, char *out);

// The least and the greatest ratio of throughputs: "1.9 .. 2.4".
const char *fidelity_range_text(const struct fidelity_workload *w, char *out);

// "0.67 of 4": rank correlation over so many points; "flat of 4".
const char *fidelity_tau_text(const struct fidelity_workload *w, char *out);

// "2 / 4": where throughput is best, Dyno / Go.
const char *fidelity_best_text(const struct fidelity_workload *w, char *out);

// What differs: "shape, threads (open)"; "" where nothing does. At most size bytes.
const char *fidelity_differing(const struct fidelity_workload *w, char *out,
                               size_t size);

#endif
