// store.h - an experiment on disk: what was planned, and every trial of it.
//
// An experiment is a directory; DIR/dyno.sqlite in it holds everything. Each
// trial is one transaction: a kill at any moment loses at most the trial that
// was running, and a full disk loses none that was finished.
//
// Opening functions write one line into err when they fail: the cause and the
// remedy. After that, store_why tells it. Results are 0 or -errno unless said
// otherwise. A store belongs to the thread and the process that opened it.
#ifndef RESULTS_STORE_H
#define RESULTS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_FILE "dyno.sqlite"
#define STORE_APPLICATION 0x44796e6f // "Dyno", PRAGMA application_id
#define STORE_VERSION 1              // of the schema, PRAGMA user_version

struct store;

// How a trial ended. Only STORE_OK carries numbers that may be compared.
enum store_outcome {
	STORE_OK,       // it ran and its answer was right
	STORE_WRONG,    // its answer was wrong
	STORE_CRASH,    // a signal ended it
	STORE_TIMEOUT,  // it was stopped
	STORE_STARVED,  // the M cap left runnable goroutines without a thread
	STORE_DEADLOCK, // all goroutines were asleep
	STORE_UNSUPPORTED, // this machine cannot run it
	STORE_ERROR,       // anything else; the message says what
	STORE_OUTCOMES,    // their number
};

const char *store_outcome_name(enum store_outcome o); // "ok", "wrong", ...
// store_outcome_parse is its inverse: 0, or -EINVAL for another word.
int store_outcome_parse(const char *name, enum store_outcome *out);

// What is fixed for a whole experiment.
struct store_experiment {
	const char *plan; // JSON object; a resume must bring an equal one
	uint64_t seed;
	const char *version;     // of dyno; a resume must bring the same
	const char *environment; // JSON object: the machine, name to fact
	int64_t created;         // seconds since 1970; the store sets it
};

// Where in the space of choices a trial is done. Two points are the same when
// all of this is; the order of the keys in params does not matter.
struct store_point {
	int64_t id;          // set by the store
	const char *key;     // set by the store: canonical text of the rest
	const char *subject; // "dyno", or the program measured
	const char *workload;
	const char *policy; // canonical
	int procs;          // GOMAXPROCS
	int m_cap;          // 0: none
	const char *params; // JSON object; NULL: {}
};

struct store_metric {
	const char *name;   // "throughput"
	const char *unit;   // "op/s"
	const char *better; // "higher", "lower" or ""
	double value;       // finite; others are not stored
};

struct store_trial {
	int64_t id;    // set by the store
	int64_t point; // the point's id
	int rep;       // 0, 1, ... at that point
	int position;  // in the planned order of the experiment
	enum store_outcome outcome;
	const char *message; // why, when it is not ok; NULL: ""
	int64_t started;     // microseconds since 1970
	double seconds;      // how long it took, on the monotonic clock
	uint64_t seed;
	const char *doc; // the trial's own JSON document; NULL: none came
	const struct store_metric *metric;
	size_t n_metric;
};

// What a search found: the highest value of a parameter at which a promise is kept.
struct store_found {
	int64_t point; // where it is kept; or where the least value was tried
	const char *sought;  // the parameter: "rate"
	const char *unit;    // of its values: "request/s"
	const char *promise; // "p99<=200us"
	const char *end;     // how the search ended: "found", "never", ...
	int64_t highest;     // 0: none is kept
	int64_t fails_at;    // 0: none is known to fail
	int64_t trials;
};

// store_main_metric returns what a trial is judged by: the throughput; or else, of
// those that are better on one side, the first by name; or else the first by name.
// NULL without metrics.
const struct store_metric *store_main_metric(const struct store_trial *t);

//---------------------------------------------------------------------------
// Opening. A writer locks the experiment: a second one gets -EBUSY.
//---------------------------------------------------------------------------

// store_create begins an experiment in dir, which is made if need be, parents
// too. -EEXIST when there is a store already.
int store_create(const char *dir, const struct store_experiment *e,
                 struct store **out, char *err, size_t errlen);

// store_resume opens one to go on with it. The plan and the version of e must
// be those of the store (-EINVAL naming the first difference); its seed and
// environment are not compared: go on with store_about's seed. NULL for e
// compares nothing. -ENOENT when there is no store.
int store_resume(const char *dir, const struct store_experiment *e,
                 struct store **out, char *err, size_t errlen);

// store_open opens one to read it, also while a writer is at work.
int store_open(const char *dir, struct store **out, char *err, size_t errlen);

// store_close gives everything back. NULL is allowed.
void store_close(struct store *s);

// store_why returns why the last call failed. Valid until the next call.
const char *store_why(const struct store *s);

//---------------------------------------------------------------------------
// Writing and reading
//---------------------------------------------------------------------------

// store_about returns the experiment. Valid until store_close.
const struct store_experiment *store_about(const struct store *s);

// store_point finds the point that equals p or adds it, and sets *id.
int store_point(struct store *s, const struct store_point *p, int64_t *id);

// store_has says whether repetition rep of a point has been tried: 1, 0, or
// -errno.
int store_has(struct store *s, int64_t point, int rep);

// store_add adds a finished trial with its metrics, on disk when it returns 0.
// -EEXIST when that repetition is there; -ENOSPC (and its like) when the disk
// is full: nothing of it is stored then, all the others are, and the same call
// may be repeated once there is space. (A process with a file size limit
// ignores SIGXFSZ, or that signal ends it.)
int store_add(struct store *s, const struct store_trial *t);

// store_add_found adds what a search found, on disk when it returns 0; what is
// there of the same point is replaced.
int store_add_found(struct store *s, const struct store_found *f);

// store_each_point, store_each_trial and store_each_found call fn for each, points
// and what was found by the point's id, trials in the order they were run. What
// fn is handed is valid during the call. fn must not call the store; a result
// other than 0 ends the walk and is returned.
//
// Between store_freeze and store_thaw the walks see one state of a store that
// another process writes; that writer waits meanwhile, so keep it short.
typedef int (*store_point_fn)(void *arg, const struct store_point *p);
typedef int (*store_trial_fn)(void *arg, const struct store_trial *t);
int store_each_point(struct store *s, store_point_fn fn, void *arg);
int store_each_trial(struct store *s, store_trial_fn fn, void *arg);
typedef int (*store_found_fn)(void *arg, const struct store_found *f);
int store_each_found(struct store *s, store_found_fn fn, void *arg);
int store_freeze(struct store *s);
void store_thaw(struct store *s);

#endif
