// spec.h - an experiment as a file.
//
// A spec is one YAML mapping whose keys are the long options of dyno sweep:
//
//	workloads: [fib, block]
//	procs: 1-4
//	m-cap: [none, 16]
//	policy:
//	  - go1.27
//	  - go1.27,steal=none
//	param:
//	  latency: 2ms
//	reps: 20
//
// Whatever is wrong is said once, as FILE:LINE:COLUMN: what, and what would be
// right.
#ifndef HARNESS_SPEC_H
#define HARNESS_SPEC_H

#include "plan.h"

#include <stdio.h>

enum {
	SPEC_BYTES_MAX = 64 << 10, // of a whole file
	SPEC_DEPTH_MAX = 4,        // of collections in each other
};

// spec_read fills a request with what the file says, through the setters of the
// options; "-" is standard input. 0, or -errno after a message.
int spec_read(const char *path, struct request *r);

// spec_parse does the same with len bytes of text, which messages call name.
// name must stay as long as the request.
int spec_parse(const char *name, const char *text, size_t len, struct request *r);

// spec_write writes the experiment of a plan so that spec_read makes the same
// one of it. 0, or -errno after a message.
int spec_write(const struct plan *p, const char *path);

#endif
