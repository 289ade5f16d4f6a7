// gate.h - base against head, from the first run to the verdict.
#ifndef HARNESS_GATE_GATE_H
#define HARNESS_GATE_GATE_H

#include "course.h"
#include "evidence.h"
#include "gate_request.h"
#include "observe.h"
#include "side.h"

struct gate {
	// Set by the caller.
	const struct gate_request *asked;
	struct gate_side *side; // base and head, complete but for their argv
	const struct words *ignore; // parts of the rows' names, see samples_drop
	struct samples apart;       // base's values; empty: base is run
	uint64_t budget, timeout;   // ns
	double threshold;
	double alpha;
	uint64_t seed;
	hwloc_topology_t topology;
	const struct pin *pin;
	bool quiet;

	// Found. A failure that is there from the start (a side could not be
	// built) is the verdict.
	struct evidence evidence;
	struct verdict verdict;
	size_t observations;
	struct course course;
	int length_ms; // 0: the commands do not ask
	double seconds;

	// The gate's own.
	enum gate_rows rows;
	uint64_t started;
};

// gate_run measures and decides. 0, whatever the verdict; -EINTR when it was
// interrupted (the verdict is then unfinished); -EINVAL when only one of the
// commands asks for a length, or another -errno, after a message.
int gate_run(struct gate *g);

// gate_record runs head alone, again and again, until the budget is spent or
// there are enough runs for a baseline, whose rows on this host it adds to out.
// 0; GATE_FAILED when head failed; otherwise as gate_run.
enum { GATE_FAILED = OBSERVE_FAILED };
int gate_record(struct gate *g, const char *host, struct samples *out);

void gate_free(struct gate *g);

#endif
