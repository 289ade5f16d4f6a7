// dyno_runs.h - the real dyno with the words of a command line, and what it measured.
#ifndef HARNESS_TEST_DYNO_RUNS_H
#define HARNESS_TEST_DYNO_RUNS_H

#include "command.h"

enum { DYNO_WORDS = 20 };

// dyno_run runs it with words that end with a NULL, DYNO_WORDS at the most.
void dyno_run(struct command_result *r, const char *const *words);

// DYNO_RUNS does so with the words as they stand, into r.
#define DYNO_RUNS(...) \
	dyno_run(&r, (const char *const[DYNO_WORDS]){__VA_ARGS__})

// SAY is a rule for a program that prints P=number, and dyno_metric that number: the
// first metric of a document that was printed.
#define SAY "P=([0-9]*)"
double dyno_metric(const struct command_result *r);

#endif
