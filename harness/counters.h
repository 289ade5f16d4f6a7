// counters.h - what the kernel and the processor count of a trial.
//
// Three sources: PAPI (event sets, one per M), rusage (the whole process) and
// proc (files below /proc/self). A counter is promised only after a control has
// seen it move; one that did not is absent, with the reason, and never zero.
//
// The life of a set, all on the main thread unless said otherwise:
//   counters_open    chooses, runs the controls, prepares PAPI
//   counters_m_start, counters_m_stop   on each M
//   counters_begin .. counters_end      around each timed round
//   counters_finish  after dy_run: the totals
//   counters_close
#ifndef HARNESS_COUNTERS_H
#define HARNESS_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COUNTERS_MAX = 24, COUNTER_WHY_MAX = 160 };

enum counter_source { COUNTER_PAPI, COUNTER_RUSAGE, COUNTER_PROC };

// What a value covers.
enum counter_scope {
	COUNTER_TRIAL,   // from the start of the first M to the end of the last
	COUNTER_SECTION, // from the first timed round to the last, verifying too
	COUNTER_ROUNDS,  // the timed rounds and nothing else
};

// What is done to see a counter move; counters_control.c does it.
enum stimulus {
	STIMULUS_SLEEP,   // short sleeps: context switches
	STIMULUS_MOVE,    // moves from CPU to CPU: migrations
	STIMULUS_TOUCH,   // first touches of fresh pages: faults, memory
	STIMULUS_LOOP,    // a busy loop: CPU time, instructions, misses
	STIMULUS_COMPETE, // two threads on one CPU: waiting for it
	STIMULI,
};

struct counter {
	const char *name;
	enum counter_source source;
	const char *event; // PAPI's name, or the field or file it is read from
	const char *unit;
	enum counter_scope scope;
	enum stimulus stimulus;
	double expected; // what the stimulus adds at least
	const char *help;
};

// counters_catalogue returns counter i, NULL after the last. counters_find
// takes its name or PAPI's name of the event: the index, or -1.
const struct counter *counters_catalogue(size_t i);
int counters_find(const char *name);
const char *counter_source_name(enum counter_source s); // "papi", ...
const char *counter_scope_name(enum counter_scope s);   // "rounds", ...

// The state of one counter in this process.
struct counter_state {
	bool wanted;
	int slot;                  // of PAPI's event in a set, or -1
	bool present;              // its control succeeded
	char why[COUNTER_WHY_MAX]; // why not
	double value;              // after counters_finish
};

struct counters {
	struct counter_state state[COUNTERS_MAX]; // by catalogue index
	bool user_only; // PAPI may count in user mode only here
};

// counters_want marks the counter at catalogue index i; counters_open then runs
// the controls of all that are wanted. Nothing wanted costs nothing.
void counters_want(struct counters *c, int i);
void counters_open(struct counters *c);
void counters_close(struct counters *c);

// On the M itself, which must not be running a goroutine.
void counters_m_start(struct counters *c);
void counters_m_stop(struct counters *c);

// counters_section_begin and _end enclose all rounds; counters_begin and _end
// each timed round.
void counters_section_begin(struct counters *c);
void counters_section_end(struct counters *c);
void counters_begin(struct counters *c);
void counters_end(struct counters *c);

// counters_finish sets the values of those that are present. One whose reading
// failed meanwhile becomes absent.
void counters_finish(struct counters *c);

#endif
