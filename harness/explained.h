// explained.h - why Dyno differs from Go, as somebody wrote it down.
//
// A YAML list. Each entry is about one workload, or a list of them, or "*": each;
// about one measure of results/fidelity.h, or a list; and has a reason:
//
//	- workload: [fib, skynet]
//	  measure: throughput
//	  reason: A parent that waits keeps its stack warm here.
#ifndef HARNESS_EXPLAINED_H
#define HARNESS_EXPLAINED_H

#include "numbers.h"

#include <results/fidelity.h>

struct explained {
	struct fidelity_reason *reason; // one for each workload and measure
	size_t n;
	struct words texts; // what they point into
};

// explained_read reads a file; "-" is standard input. 0, or -errno after a
// message with the place of what is wrong.
int explained_read(const char *path, struct explained *out);
void explained_free(struct explained *e);

#endif
