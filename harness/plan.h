// plan.h - an experiment: the settings of all its trials, and its points.
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include "pin.h"
#include "request.h"
#include "subject.h"

#include <jansson.h>

enum { PLAN_POINTS_MAX = 100000, PLAN_TRIALS_MAX = 10000000 };

// The most trials of each point where precision ends a sweep and reps is not said.
enum { PLAN_REPS_UNTIL = 60 };

// A point: what differs between trials, their seed aside.
struct point {
	const struct workload *workload; // NULL: a program
	const char *name;                // of the workload, or the command line
	const char *policy; // canonical; belongs to the request; "-": none
	int procs;          // 0: not set
	int m_cap;          // 0: none
	int64_t rate;       // program: requests per second, for {rate}; 0: none
	int64_t quota;      // thousandths of a CPU; 0: none
	size_t pin;         // index into the plan's
	int64_t param[WL_PARAMS_MAX];
};

struct plan {
	struct request *settings;
	hwloc_topology_t topology;
	struct pin *pin; // of the settings' pins, or the default one
	size_t n_pin;
	struct point *point;
	size_t n;
	char *trial[SUBJECTS]; // the programs that run workloads, by who is to
	char *path;            // of the program, if one is measured
	char *load_path;       // of what loads it, if anything does
	char *command;         // its command line, for people
	size_t skipped; // points with fewer Ms than Ps, which there cannot be
};

// plan_make fills in what the request leaves open (procs, policy, M cap) and
// makes the points: every combination, workload by workload. The request must
// stay. 0, or -EINVAL after a message.
int plan_make(struct plan *p, struct request *r);
// plan_find_programs finds what runs the plan's workloads. 0, or -ENOENT after a
// message.
int plan_find_programs(struct plan *p);
void plan_free(struct plan *p);

// plan_json describes the plan; two plans that are equal as JSON are the same
// experiment. NULL without memory.
json_t *plan_json(const struct plan *p);

// plan_read fills a request with what plan_json wrote. 0, or -EINVAL after a
// message.
int plan_read(const char *json, struct request *r);

// The plan's key for the rate of dy_work, where it is known.
#define PLAN_WORK_RATE "work_rate"

// plan_cpus writes the CPUs of the trials, of each pin if there are several.
// Returns out.
char *plan_cpus(const struct plan *p, char *out, size_t outlen);

// plan_pin_name is the pin of a point where pins are an axis; else "".
const char *plan_pin_name(const struct plan *p, const struct point *point);

// What is replaced by a point's rate in the words of a program and of its load.
#define PLAN_RATE_ASKED "{rate}"

// plan_rate is the rate that a point is offered; 0: none is said.
int64_t plan_rate(const struct point *point);

// plan_sought is where a point has the value that a search seeks.
int64_t *plan_sought(const struct plan *p, struct point *point);

// point_params returns the parameters of a point, name to number; PLAN_QUOTA
// among them where there is a quota, PLAN_PIN where pins are an axis, and WL_RATE
// where a program is offered one.
#define PLAN_QUOTA "quota_mcpu"
#define PLAN_PIN "pin"
json_t *point_params(const struct plan *plan, const struct point *p);

#endif
