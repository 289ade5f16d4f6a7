// compare.h - two sets of samples side by side: what differs, what cannot be
// told apart, and from what change on it could have been.
//
// Rows meet by name, unit and group. Samples count as drawn apart: the test is
// Mann and Whitney's, and "differs" is p below alpha, in each row by itself.
#ifndef RESULTS_COMPARE_H
#define RESULTS_COMPARE_H

#include "bootstrap.h"
#include "samples.h"

#include <stdbool.h>
#include <stdio.h>

#define COMPARE_SCHEMA 1 // of compare_json

struct compare_side {
	const struct samples_row *row;      // NULL: only the other side has it
	double median;                      // NaN without values
	struct bootstrap_interval interval; // of the median, where there are values
};

struct compare_row {
	const char *name, *unit, *group;
	enum samples_better better;
	struct compare_side a, b;
	double change; // median of b over that of a, less 1; NaN: none
	struct bootstrap_interval interval; // of change
	double p;                           // NaN: no test
	double p_holm;                      // p over the whole comparison
	bool exact;
	bool differs;
	double detectable; // change that would be found 4 times in 5; NaN: not known
	size_t needed; // values a side for any p below alpha; 0: there are enough
};

// The rows of one unit in one group.
struct compare_table {
	const char *unit, *group;
	size_t first, n;
	size_t both;    // rows with a change
	double geomean; // of their changes; NaN without
};

struct comparison {
	const char *label_a, *label_b; // the caller's
	double alpha;
	struct compare_row *row; // table by table
	size_t n;
	struct compare_table *table;
	size_t n_table;
	size_t differ, differ_holm; // rows
};

struct compare_options {
	const char *label_a, *label_b;
	double alpha;
	bool mix_hosts; // compare what was measured on different machines
};

// compare_samples fills out, which refers to a and b. 0; -EXDEV with one line
// in err when machines differ and were not to be mixed; -ENOMEM.
int compare_samples(const struct samples *a, const struct samples *b,
                    const struct compare_options *o, struct comparison *out,
                    char *err, size_t errlen);
void compare_free(struct comparison *c);

// Writers: a table for people, for Markdown, and a document and lines for
// programs. 0, -ENOMEM, or -EIO when the stream fails.
int compare_print(const struct comparison *c, FILE *out);
int compare_markdown(const struct comparison *c, FILE *out);
int compare_json(const struct comparison *c, FILE *out);
int compare_csv(const struct comparison *c, FILE *out);

#endif
