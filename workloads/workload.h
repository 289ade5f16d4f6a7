// workload.h - the contract between a workload and whoever runs it.
//
// A workload is one file: a table of parameters, a few functions, and a
// struct workload at its end, named in catalogue.c. It is written against the
// public headers of the runtime alone, so that the same object runs on the real
// machine, on the virtual one and on one kernel thread per goroutine.
//
// The runner calls, all on the main goroutine:
//   prepare once, untimed;
//   round   once to warm up, then again and again for as long as it likes; each
//           does the same amount of work and is timed;
//   verify  after every round, untimed: a wrong answer fails the trial;
//   finish  once, also after a failure, when prepare succeeded.
#ifndef WORKLOADS_WORKLOAD_H
#define WORKLOADS_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WL_PARAMS_MAX = 8, WL_METRICS_MAX = 24 };

enum wl_kind { WL_CPU, WL_IO, WL_MIXED };

enum wl_size { WL_TINY, WL_SMALL, WL_FULL };

struct wl_param {
	const char *name;
	const char *unit; // "ns", "B", WL_RATE_UNIT, "1" for a count
	const char *help;
	int64_t min, max;
	int64_t size[3]; // the value at tiny, small and full
};

// A workload in open loop has a parameter of this name: requests per second, whether
// the last was answered or not. Where another says the same as a share of capacity,
// one of the two is 0, for who gives one takes the place of the other.
#define WL_RATE "rate"
#define WL_LOAD "load"
#define WL_RATE_UNIT "1/s"
#define WL_RATE_MAX INT64_C(100000000)

struct wl_metric {
	const char *name; // "bytes_per_goroutine"
	const char *unit;
	const char *better; // "higher", "lower", or "" where neither is
	double value;
};

// Threads that are no goroutines, for a load that does not compete for Ps with what it
// loads. Whoever runs a workload may have them.
struct wl_outside {
	// start runs fn(arg) on such a thread, which has entered the runtime
	// (dy_thread_enter), and does not wait for its end. 0 or -errno.
	int (*start)(const struct wl_outside *o, void (*fn)(void *arg),
	             void *arg);
	// wait_until, called there, returns when dy_now has come to when.
	void (*wait_until)(uint64_t when);
	bool own_cpus; // that no goroutine runs on
};

// A workload in open loop has a parameter of this name: 0, a goroutine generates the
// load; 1, a thread outside does.
#define WL_GENERATOR "generator"

// One trial of a workload: what it is told, and what it tells.
struct wl_run {
	const int64_t *param; // in the order of the workload's table
	uint64_t seed;
	bool warm_up; // this round is not timed: what it measures does not count
	const struct wl_outside *outside; // NULL: there are no such threads
	void *state;  // the workload's own, from prepare to finish
	uint64_t ops; // set by round: operations done in this round
	// Measures besides these: what the last round added, then finish. The
	// runner empties it before each round.
	struct wl_metric metric[WL_METRICS_MAX];
	size_t n_metric;
	char why[256]; // set where a function below fails: the reason
};

struct workload {
	const char *name;
	const char *summary; // one line: what it does
	const char *shows;   // what it tells about a scheduler
	const char *op;      // what is counted: "call", "node", "round trip"
	// What it measures besides throughput, NULL where there is no such thing:
	const char *latency;  // what latency_* is of: "a round trip"
	const char *fairness; // whom `fairness` compares: "the clients' speeds"
	const char *others;   // by their names: "late_*, overrun"
	enum wl_kind kind;
	const struct wl_param *params; // ended by a NULL name

	// 0 or -errno; -ENOTSUP: this machine cannot, which is no failure. May
	// be NULL.
	int (*prepare)(struct wl_run *r);
	void (*round)(struct wl_run *r);
	bool (*verify)(struct wl_run *r); // the answer is right
	void (*finish)(struct wl_run *r); // may be NULL
};

// wl_catalogue returns workload i in the order of the catalogue; NULL after the
// last. wl_find returns the one with that name or NULL.
const struct workload *wl_catalogue(size_t i);
const struct workload *wl_find(const char *name);

// wl_polled returns the twin of w that was compiled with polls, which a policy can
// demand (dy_policy_polls). It takes the same parameters and does the same work.
const struct workload *wl_polled(const struct workload *w);

#endif
