// request.h - what a command line asks for, checked.
//
// Every request_<option> below takes the text that follows an option: 0, or
// -EINVAL after one message on standard error that names the valid choices.
#ifndef HARNESS_REQUEST_H
#define HARNESS_REQUEST_H

#include "complain.h"
#include "counters.h"
#include "gate/gate_request.h"
#include "numbers.h"
#include "slo.h"

#include <dyno/dyno.h>
#include <stdbool.h>
#include <stdint.h>
#include <workloads/workload.h>

// Seeds fit the 53 bits that every reader of JSON keeps.
#define REQUEST_SEED_MAX ((INT64_C(1) << 53) - 1)
#define REQUEST_THREADS_EVERY UINT64_C(20000000) // ns, the default

enum { REQUEST_POLICY_MAX = 512, REQUEST_REPS_MAX = 100000 };

// What shapes an experiment, by the names that options and specs share, and
// after KEY_PLAN what does not.
enum request_key {
	KEY_WORKLOADS,
	KEY_PROCS,
	KEY_M_CAP,
	KEY_POLICY,
	KEY_SUBJECT,
	KEY_PARAM,
	KEY_RATE,
	KEY_SIZE,
	KEY_DURATION,
	KEY_TIMEOUT,
	KEY_REPS,
	KEY_BUDGET,
	KEY_FIND_MAX,
	KEY_SLO,
	KEY_UNTIL,
	KEY_FOREIGN_LIMIT,
	KEY_MAX_THREADS,
	KEY_STACK_GUARD,
	KEY_WORK_RATE,
	KEY_COUNTERS,
	KEY_PIN,
	KEY_PIN_PS,
	KEY_QUOTA,
	KEY_COMMAND,
	KEY_ENV,
	KEY_METRIC,
	KEY_BETTER,
	KEY_LOAD,
	KEY_THREADS_EVERY,
	KEY_READY,
	KEY_SCHEDTRACE,
	KEY_SCHEDTRACE_REPS,
	KEY_PLAN, // the number of those above
	KEY_SEED = KEY_PLAN,
	KEY_OUTPUT,
	KEYS,
};

struct request {
	struct words words;   // what is no option, unchecked
	struct words program; // to be measured, with its words; unchecked
	struct words workloads;
	struct words policies; // canonical, or who else is to schedule: subject.h
	struct words subjects; // asked for by --subject
	size_t said_policies;  // policies before those that subjects stand for
	struct words plugins;  // loaded; absolute paths
	struct numbers procs;  // 0: GOMAXPROCS is not set
	struct numbers m_caps; // 0: none
	struct numbers quotas; // thousandths of a CPU; 0: none
	struct numbers rates;  // requests per second that are offered
	struct words params; // "name=value", unchecked until a workload is known
	enum wl_size size;
	uint64_t duration, timeout; // ns
	int64_t seed;               // 0: to be drawn
	int64_t reps;
	uint64_t budget; // ns; 0: none, reps count
	bool budgeted;   // reps came of a budget
	double until; // half an interval over its median, the sweep's end; 0: reps count
	double foreign_limit; // share of a trial's CPUs; 0: none
	const char *find_max; // the parameter whose highest value is sought
	const char *slo_text; // that keeps this
	struct slo slo;
	int64_t max_threads; // 0: the runtime's default
	enum dy_stack_guard stack_guard;
	int64_t work_rate;          // of dy_work; 0: to be calibrated
	bool counter[COUNTERS_MAX]; // by index into the catalogue
	bool counted;               // counters were named
	struct words pins; // unchecked until the topology is known; several: an axis
	const char *pin; // the first of them, or the default
	bool pin_ps;
	struct numbers pin_cpus;     // dyno-trial: the CPU of each P
	struct numbers outside_cpus; // dyno-trial: those of threads outside
	struct words env;            // program: "NAME=VALUE"
	struct words metrics;        // program: rules of metric.h
	bool lower;                  // program: less is better
	struct words load;           // what loads the program, with its words
	uint64_t schedtrace;         // between two lines, in ns; 0: none
	int64_t schedtrace_reps;     // of each point, so many; 0: all
	uint64_t threads_every; // program: between two looks, in ns; 0: none
	const char *ready;      // when it may begin: a condition of serve.h
	struct words texts;     // what strings below and above may point into
	const char *out;
	const char *trial_program;
	struct words ignore; // dyno compare: parts of names
	double alpha;        // dyno compare, dyno gate
	struct gate_request gate;
	bool mix_hosts, markdown;
	bool without_disturbed; // dyno compare, dyno report
	const char *format;     // dyno report: of the samples; NULL: the report
	bool fidelity;          // dyno report: of Dyno to Go
	const char *explained;  // dyno report: the file of reasons, or NULL
	const char *sysroot;    // "" and NULL: this machine
	bool csv;
	const char *write_spec; // where to, or NULL; "-": standard output
	bool dry_run, resume, json, quiet;

	// What was given, and where in a spec. An option that says a thing again
	// takes the place of what the spec said.
	bool given[KEYS];
	struct place at[KEYS]; // no line: by an option
	struct place reading;  // the spec's place being read; no line: options
};

void request_init(struct request *r);
void request_free(struct request *r);

// request_planned says whether anything was given that shapes the experiment.
bool request_planned(const struct request *r);

int request_workloads(struct request *r, const char *text);
int request_policy(struct request *r, const char *text);
int request_procs(struct request *r, const char *text);
int request_m_cap(struct request *r, const char *text);
int request_quota(struct request *r, const char *text);
int request_max_threads(struct request *r, const char *text);
int request_rate(struct request *r, const char *text);
int request_param(struct request *r, const char *text);
int request_size(struct request *r, const char *text);
int request_duration(struct request *r, const char *text);
int request_timeout(struct request *r, const char *text);
int request_seed(struct request *r, const char *text);
int request_budget(struct request *r, const char *text);
int request_find_max(struct request *r, const char *text);
int request_slo(struct request *r, const char *text);
int request_reps(struct request *r, const char *text);
int request_until(struct request *r, const char *text);
int request_foreign_limit(struct request *r, const char *text);
int request_stack_guard(struct request *r, const char *text);
int request_work_rate(struct request *r, const char *text);
int request_counters(struct request *r, const char *text);
int request_pin(struct request *r, const char *text);
int request_pin_ps(struct request *r, const char *none);
int request_command(struct request *r, const char *word);
int request_env(struct request *r, const char *text);
int request_metric(struct request *r, const char *text);
int request_load(struct request *r, const char *text);
int request_load_word(struct request *r, const char *word);
int request_schedtrace(struct request *r, const char *text);
int request_schedtrace_reps(struct request *r, const char *text);
int request_threads_every(struct request *r, const char *text);
int request_ready(struct request *r, const char *text);
int request_better(struct request *r, const char *text);
int request_pin_cpus(struct request *r, const char *text);
int request_outside_cpus(struct request *r, const char *text);
int request_out(struct request *r, const char *text);
int request_trial_program(struct request *r, const char *text);
int request_csv(struct request *r, const char *none);
int request_markdown(struct request *r, const char *none);
int request_ignore(struct request *r, const char *text);
int request_alpha(struct request *r, const char *text);
int request_mix_hosts(struct request *r, const char *none);
int request_without_disturbed(struct request *r, const char *none);
int request_format(struct request *r, const char *text);
int request_fidelity(struct request *r, const char *none);
int request_explained(struct request *r, const char *text);
int request_sysroot(struct request *r, const char *text);
int request_write_spec(struct request *r, const char *text);
int request_dry_run(struct request *r, const char *none);
int request_resume(struct request *r, const char *none);
int request_json(struct request *r, const char *none);
int request_quiet(struct request *r, const char *none);

// request_workload finds one by name; NULL after a message.
const struct workload *request_workload(const char *name);

const char *request_size_name(enum wl_size size);
const char *request_stack_guard_name(enum dy_stack_guard guard);

#endif
