// fidelity.h - how well Dyno's preset go1.27 predicts real Go, workload by workload.
//
// What is compared are the points of one sweep that differ in who schedules:
// policy go1.27, or the twin in Go. A measure is judged at each GOMAXPROCS, then
// over all, then the workload. fidelity_judge.c has the rules.
#ifndef RESULTS_FIDELITY_H
#define RESULTS_FIDELITY_H

#include "arena.h"
#include "bootstrap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define FIDELITY_SCHEMA 1

enum fidelity_word {
	FIDELITY_AGREES,
	FIDELITY_DIFFERS,
	FIDELITY_UNDECIDED, // too few values, or intervals too wide
	FIDELITY_UNKNOWN, // one of the two does not tell it; counts for nothing
	FIDELITY_ABSENT,  // neither has it
};

enum fidelity_measure {
	FIDELITY_SHAPE, // of the throughput over GOMAXPROCS, whatever its level
	FIDELITY_BEST_P,
	FIDELITY_THROUGHPUT,
	FIDELITY_P50, // of the requests' latency, or of the wait for a lock
	FIDELITY_P99,
	FIDELITY_THREADS, // the most there were; this and the next four: schedtrace
	FIDELITY_SPINNING,
	FIDELITY_IDLE_PS,
	FIDELITY_GLOBAL_QUEUE,
	FIDELITY_LOCAL_QUEUES,
	FIDELITY_STEALS, // for each operation; Go does not tell these two
	FIDELITY_HANDOFFS,
	FIDELITY_MEASURES,
};

enum fidelity_side { FIDELITY_DYNO, FIDELITY_GO, FIDELITY_SIDES };

struct fidelity_sample {
	double *value; // sorted, once judged
	size_t n;
	double median;                      // NaN: none
	struct bootstrap_interval interval; // of the median, where counts are compared
};

struct fidelity_cell {
	struct fidelity_sample side[FIDELITY_SIDES];
	double ratio; // Dyno's median over Go's; NaN where that is nothing
	struct bootstrap_interval ratio_interval; // where ratios are compared
	enum fidelity_word word;
};

struct fidelity_point {
	int procs;
	size_t failed[FIDELITY_SIDES]; // trials that left no number
	// Of the shape: the throughput over that at the least GOMAXPROCS, in ratio
	// Dyno's such change over Go's. Of the best P nothing.
	struct fidelity_cell cell[FIDELITY_MEASURES];
};

struct fidelity_workload {
	const char *name;
	const char *setting;          // "depth=20 width=4"; "": none
	struct fidelity_point *point; // by GOMAXPROCS
	size_t n;
	enum fidelity_word word[FIDELITY_MEASURES];
	const char *reason[FIDELITY_MEASURES]; // why it differs; NULL: open
	double tau; // Kendall's rank correlation of the curves; NaN: one is flat
	size_t ranked;            // over so many points
	int best[FIDELITY_SIDES]; // GOMAXPROCS with the most throughput; 0: none
	enum fidelity_word verdict;
};

// A reason for a disagreement, as somebody wrote it down.
struct fidelity_reason {
	const char *workload; // "*": each
	enum fidelity_measure measure;
	const char *text;
	int line;   // where it stands
	bool found; // it is about something that differs
	bool known; // that workload was measured
};

// Zeroed it is empty.
struct fidelity {
	struct fidelity_workload *workload; // by name and setting
	size_t n;
	const char *policy, *go,
		*machine; // who was measured where; NULL: not known
	size_t trials;
	struct fidelity_reason *reason; // by line; the caller's
	size_t n_reason;
	struct arena arena; // strings
};

const char *fidelity_word_name(enum fidelity_word w);       // "agrees"
const char *fidelity_measure_name(enum fidelity_measure m); // "idle Ps"
// fidelity_measure_parse is its inverse: 0, or -EINVAL for another name.
int fidelity_measure_parse(const char *name, enum fidelity_measure *out);

// fidelity_read adds what lies at path: a store's directory, or what
// fidelity_json wrote. 0, or -errno with one line in err: -ENOENT, -EINVAL where
// one of the two was not measured.
int fidelity_read(struct fidelity *f, const char *path, char *err, size_t errlen);

// fidelity_judge gives every measure and every workload its word.
void fidelity_judge(struct fidelity *f);

// fidelity_explain joins reasons to what differs, after fidelity_judge. They stay
// the caller's and must live as long.
void fidelity_explain(struct fidelity *f, struct fidelity_reason *reason,
                      size_t n);

// What it came to, after the reasons.
struct fidelity_sum {
	size_t word[FIDELITY_ABSENT]; // workloads with that verdict
	size_t measure[FIDELITY_MEASURES][FIDELITY_ABSENT + 1]; // or that word
	size_t differing, open; // measures that differ; those without reason
};
struct fidelity_sum fidelity_sum(const struct fidelity *f);

// Writers, after fidelity_judge: 0, -ENOMEM, or -EIO when the stream fails.
// fidelity_json's document holds all values (to six digits), so that
// fidelity_read has the same report again.
int fidelity_print(const struct fidelity *f, FILE *out);
int fidelity_markdown(const struct fidelity *f, FILE *out);
int fidelity_json(const struct fidelity *f, FILE *out);

void fidelity_free(struct fidelity *f);

//---------------------------------------------------------------------------
// Among the files of the report
//---------------------------------------------------------------------------

// fidelity_add adds a value; one that is not finite is passed over. 0 or -ENOMEM.
struct fidelity_place {
	const char *workload, *setting;
	int procs;
};
int fidelity_add(struct fidelity *f, const struct fidelity_place *at,
                 enum fidelity_measure m, enum fidelity_side side, double value);
int fidelity_add_failed(struct fidelity *f, const struct fidelity_place *at,
                        enum fidelity_side side, size_t failed);

// fidelity_store_read and fidelity_json_read are the two ways of fidelity_read.
int fidelity_store_read(struct fidelity *f, const char *dir, char *err,
                        size_t errlen);
int fidelity_json_read(struct fidelity *f, const char *text, char *err,
                       size_t errlen);

#endif
