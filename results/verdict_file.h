// verdict_file.h - verdicts for people and programs: verdict.json, a table,
// Markdown for a step summary, JUnit XML.
#ifndef RESULTS_VERDICT_FILE_H
#define RESULTS_VERDICT_FILE_H

#include "verdict.h"

#include <stdio.h>

// Comments of GitHub end at 64 KiB, the summary of a step at 1 MiB.
enum { VERDICT_MARKDOWN_MAX = 60000, VERDICT_SUMMARY_MAX = 1 << 20 };

// What a verdict is about, said in the files.
struct verdict_about {
	const char *base, *head; // the commands
	const char *baseline; // where base's values were kept; NULL: measured
	const char *host, *version;
	unsigned fail_on;
	int64_t started; // seconds since 1970
	double seconds, budget;
	double needed; // s: a budget that would have done; 0: this one did
	double block_seconds; // the mean of a block; 0: there was none
	size_t observations;  // processes run
	int length_ms; // of a trial, as the pilot chose it; 0: not asked for
};

// verdict_json writes verdict.json:
//
//   {"dyno": "verdict", "schema": 1,
//    "verdict": "pass", "regressed", "failed", "no-baseline", "inconclusive",
//               "too-noisy" or "unfinished",
//    "exit_code", "fail_on": [...],
//    "base", "head", "baseline", "host", "version", "started", "seconds", "budget",
//    "budget_needed", "block_seconds", "observations", "length_ms", "seed",
//    "threshold", "alpha",
//    "rows": [{"name", "unit", "group", "tail", "better", "verdict", "failure",
//              "base", "head", "change", "low", "high", "blocks",
//              "confirm_blocks", "flagged", "p_worse", "p_better", "p_alike",
//              "p_null", "detectable", "unsteady",
//              "logs": [[base, again, head], ...], "confirm_logs"}, ...]}
//
// A row's verdict is regressed, failed, no-baseline, inconclusive, improved,
// equivalent or shown. What is not known is null; ratios are less 1; p-values
// are adjusted over the rows. budget_needed is null when the budget was enough.
// The logs are what all of it was decided from: a mean logarithm of each arm in
// each block. baseline is where base's values were kept, or null: base of each
// block is then their median, and again is head once more. unsteady tells how far
// repeated counts lie apart. group is the configuration around the row, such as
// "pkg: x\n". The logarithm of 0 is VERDICT_ZERO. 0, -ENOMEM or -EIO.
int verdict_json(const struct verdict *v, const struct verdict_about *a,
                 FILE *out);

// verdict_check reads the end out of verdict.json, and the exit code that goes
// with it: with the set fail_on, or, when that is NULL, with the file's own. 0,
// or -errno with one line in err.
int verdict_check(const char *path, const unsigned *fail_on,
                  enum verdict_end *end, int *exit_code, char *err,
                  size_t errlen);

// A verdict as it was written. Decided again (verdict_decide), it is the same.
struct verdict_read {
	struct verdict v;
	struct verdict_about about;
	void *document; // holds the strings
};

// verdict_read reads a whole verdict, whose end may be unfinished. 0, or -errno
// with one line in err and nothing to be freed.
int verdict_read(const char *path, struct verdict_read *out, char *err,
                 size_t errlen);
// verdict_parse is the same of a text: 0, -EINVAL or -ENOMEM.
int verdict_parse(const char *text, struct verdict_read *out);
void verdict_read_free(struct verdict_read *r);

// Writers: 0, -ENOMEM or -EIO, unless they return nothing.
int verdict_print(const struct verdict *v, FILE *out);
// verdict_print_why writes a line for each of the rows that made the gate end as it
// did, and how many more there are.
void verdict_print_why(const struct verdict *v, size_t most, FILE *out);
// verdict_markdown writes at most VERDICT_MARKDOWN_MAX bytes, the worst rows
// first, and says how many it leaves out.
int verdict_markdown(const struct verdict *v, const struct verdict_about *a,
                     FILE *out);
// verdict_junit: regressed is a failure, failed an error; inconclusive,
// no-baseline and shown are skipped with the reason.
int verdict_junit(const struct verdict *v, const struct verdict_about *a,
                  FILE *out);

#endif
