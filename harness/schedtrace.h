// schedtrace.h - what Go's scheduler says of itself, with GODEBUG=schedtrace=N, and
// Dyno's in the same lines, with DYNO_DEBUG.
#ifndef HARNESS_SCHEDTRACE_H
#define HARNESS_SCHEDTRACE_H

#include "numbers.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum schedtrace_field {
	SCHEDTRACE_PROCS,
	SCHEDTRACE_IDLE_PS,
	SCHEDTRACE_THREADS,
	SCHEDTRACE_SPINNING,
	SCHEDTRACE_NEED_SPINNING, // not before Go 1.20
	SCHEDTRACE_IDLE_THREADS,
	SCHEDTRACE_GLOBAL_QUEUE,
	SCHEDTRACE_LOCAL_QUEUES,  // the sum of all Ps, without runnext
	SCHEDTRACE_LONGEST_QUEUE, // of one P
	SCHEDTRACE_TICKS, // of all Ps, since the start; not before Go 1.25
	SCHEDTRACE_FIELDS,
};

// What a line did not say.
#define SCHEDTRACE_UNKNOWN (-1)

struct schedtrace_line {
	int64_t at_ms; // since the program's start
	int64_t v[SCHEDTRACE_FIELDS];
};

// schedtrace_parse reads a line of any of Go's forms, which may stand behind
// text of the program's own; those of scheddetail have no local queues. false:
// it is none.
bool schedtrace_parse(const char *text, struct schedtrace_line *out);

// Longer lines are passed over: one has two numbers for each P.
enum { SCHEDTRACE_LINE_MAX = 128 << 10 };

// A program's standard error as it comes; zeroed it is empty.
struct schedtrace {
	char *line; // the one that has no end yet
	size_t len;
	bool too_long; // that one
	int64_t lines, until_ms;
	struct {
		int64_t n, sum, max, last;
	} field[SCHEDTRACE_FIELDS];
};

// schedtrace_feed takes n more bytes of any kind. 0, or -ENOMEM.
int schedtrace_feed(struct schedtrace *s, const char *data, size_t n);
void schedtrace_free(struct schedtrace *s);

// schedtrace_json is the mean and the most of each field; "unknown" for what no
// line told, and for what none ever tells. NULL without memory.
json_t *schedtrace_json(const struct schedtrace *s);

// schedtrace_environment adds the setting to the variable, GODEBUG or DYNO_DEBUG,
// behind what it is in env, or else in our own environment. 0 or -ENOMEM.
int schedtrace_environment(struct words *env, const char *variable,
                           uint64_t every_ns);

#endif
