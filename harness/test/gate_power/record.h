// record.h - what is kept of each gate: a line, which is a verdict without what
// can be found again from the rest.
#ifndef HARNESS_TEST_GATE_POWER_RECORD_H
#define HARNESS_TEST_GATE_POWER_RECORD_H

#include <results/verdict_file.h>
#include <stddef.h>

struct records {
	struct verdict_read *v; // as many as there are lines
	size_t n;
};

// records_read reads a file of lines; one that is not there has none. 0, or
// -errno after a message on standard error and nothing to be freed.
int records_read(struct records *r, const char *path);
void records_free(struct records *r);

// record_same_kind says whether two gates were run alike: the same programs,
// wherever they lie, and the same budget, threshold and alpha.
bool record_same_kind(const struct verdict_read *a, const struct verdict_read *b);

// records_take appends the verdicts in these files that came to their end and are
// not there yet (a gate is known by its start and its seed) to the lines at path,
// all of them or none. 0, or -errno after a message: -EINVAL also when one was not
// run as those before it.
int records_take(const char *path, char *const *file, size_t n);

#endif
