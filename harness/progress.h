// progress.h - how far a sweep is, and how long it will still take.
#ifndef HARNESS_PROGRESS_H
#define HARNESS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	size_t total;  // trials to run
	size_t done;   // of those
	size_t failed; // of those
	bool quiet;
	bool terminal;
	uint64_t started, shown; // ns of the monotonic clock
};

// progress_start begins with total trials to do. Lines go to standard error: on
// a terminal one that is redrawn, elsewhere one every ten seconds at most.
void progress_start(struct progress *p, size_t total, bool quiet);

// progress_step tells about one more trial: what it was and how it ended.
void progress_step(struct progress *p, const char *what, bool ok);

// progress_end leaves the cursor at the start of a line.
void progress_end(struct progress *p);

// progress_eta formats the time that remains if the rest goes as the done ones
// did: "1m20s"; "-" before the first. Returns out.
char *progress_eta(const struct progress *p, uint64_t now, char *out,
                   size_t outlen);

#endif
