// verdict.h - which GOMAXPROCS a Go program has, and which rule set it.
#ifndef HARNESS_WHY_VERDICT_H
#define HARNESS_WHY_VERDICT_H

#include "process.h"

#include <stdbool.h>

enum verdict_rule {
	RULE_UNKNOWN,
	RULE_ENVIRONMENT,  // GOMAXPROCS is set
	RULE_QUOTA,        // the quota of its own control group
	RULE_AFFINITY,     // the CPUs that it may run on
	RULE_AUTOMAXPROCS, // go.uber.org/automaxprocs, from the quota
	RULE_PROGRAM,      // it has set another value itself
};

// What is noticed beside the number; each has a remedy.
enum { VERDICT_NOTES_MAX = 8, VERDICT_NOTE_MAX = 400 };

struct verdict_note {
	const char *name;            // "quota-ignored", for programs
	char text[VERDICT_NOTE_MAX]; // what it means, and what to do
};

struct verdict {
	int procs; // 0: unknown
	enum verdict_rule rule;
	char why[200]; // the rule in words, with what it was applied to
	// The same process under other rules, its environment left aside; 0:
	// unknown.
	int since_1_25, before_1_25, automaxprocs;
	bool aware;   // it takes a quota into account
	bool updates; // and follows it, and the affinity, while it runs
	struct verdict_note note[VERDICT_NOTES_MAX];
	int notes;
};

// verdict_reach decides; it reads nothing but p.
void verdict_reach(struct verdict *v, const struct process *p);

// verdict_rule_name is "environment", "quota", ...
const char *verdict_rule_name(enum verdict_rule rule);

// verdict_is_go says whether p runs a Go program.
bool verdict_is_go(const struct process *p);

#endif
