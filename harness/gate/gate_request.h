// gate_request.h - what dyno gate is asked for, besides what all commands share.
#ifndef HARNESS_GATE_REQUEST_H
#define HARNESS_GATE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

// What a run of a command gives.
enum gate_rows {
	GATE_ROWS_AUTO,         // what base's output looks like
	GATE_ROWS_TIME,         // how long it took
	GATE_ROWS_GOBENCH,      // Go benchmark text: a row per name and unit
	GATE_ROWS_JSON,         // trials, as dyno run --json prints them
	GATE_ROWS_INSTRUCTIONS, // how many it executes, counted by callgrind
};

struct gate_request {
	const char *base, *head;         // commands; NULL: not given
	const char *base_ref, *head_ref; // of git; NULL: not given
	const char *build;               // for a shell, in each tree; or NULL
	uint64_t build_timeout;          // ns
	const char *base_policy, *head_policy; // of a workload; NULL: not given
	enum gate_rows rows;
	double threshold; // 0: what the rows are usually held to
	const char *baseline, *save_baseline; // files; NULL: not given
	unsigned fail_on;                     // a set of ends, see verdict_exit
	bool fail_on_given;
	bool tails;          // gate tails too
	const char *check;   // a file to be checked; NULL: run a gate
	const char *summary; // to append Markdown to, or NULL
	const char *junit;   // to write JUnit XML to, or NULL
};

struct request;

// gate_request_init sets what is the case unless it is asked for otherwise.
void gate_request_init(struct gate_request *g);

// Each takes the text that follows an option, as those of request.h do.
int gate_request_base(struct request *r, const char *text);
int gate_request_head(struct request *r, const char *text);
int gate_request_base_ref(struct request *r, const char *text);
int gate_request_head_ref(struct request *r, const char *text);
int gate_request_base_policy(struct request *r, const char *text);
int gate_request_head_policy(struct request *r, const char *text);
int gate_request_baseline(struct request *r, const char *text);
int gate_request_save_baseline(struct request *r, const char *text);
int gate_request_build(struct request *r, const char *text);
int gate_request_build_timeout(struct request *r, const char *text);
int gate_request_rows(struct request *r, const char *text);
int gate_request_threshold(struct request *r, const char *text);
int gate_request_fail_on(struct request *r, const char *text);
int gate_request_tails(struct request *r, const char *none);
int gate_request_check(struct request *r, const char *text);
int gate_request_summary(struct request *r, const char *text);
int gate_request_junit(struct request *r, const char *text);

#endif
