// thread_watch.h - the threads of a program and of all that it starts, over time.
#ifndef HARNESS_THREAD_WATCH_H
#define HARNESS_THREAD_WATCH_H

#include "procfs/tree.h"

#include <jansson.h>
#include <stdint.h>

// Moments that are kept; a longer trial keeps every second one, every fourth, ...
enum { THREAD_WATCH_MOMENTS = 128 };

// What the kernel has counted of one thread, in ns.
struct thread_times {
	pid_t tid;
	uint64_t ran, waited; // had a CPU; was ready and had none
};

struct thread_moment {
	uint64_t at;     // ns since the beginning
	size_t threads;  // the most since the moment before
	uint64_t waited; // ns, of all threads until then
};

struct thread_watch {
	// Set by the caller.
	const char *sysroot; // "" is this machine
	uint64_t period;     // between two looks at the least, ns; 0: never

	struct tree tree;
	struct thread_times *thread; // as last seen, by rising tid
	size_t n;
	struct thread_times first; // the program's first
	struct thread_times ended; // the sums of those that are gone, but for first
	uint64_t began, last, next, cost;
	size_t looks, threads, most, between;
	double area; // threads times ns
	struct thread_moment moment[THREAD_WATCH_MOMENTS];
	size_t n_moment, stride;
	int err; // why it was given up; 0: it was not
};

// thread_watch_prepare comes before the keeper is started, which keeps the first
// look cheap; thread_watch_begin when keeper and program run, at a time in ns.
void thread_watch_prepare(struct thread_watch *w);
void thread_watch_begin(struct thread_watch *w, pid_t keeper, pid_t program,
                        uint64_t now);

// thread_watch_next is when the next look is due: UINT64_MAX for never.
uint64_t thread_watch_next(const struct thread_watch *w);

// thread_watch_look takes note of all threads. It costs some microseconds for each
// of them and for every hundred processes of the machine; the next look is put off
// until this one has cost at most a hundredth of a CPU.
void thread_watch_look(struct thread_watch *w, uint64_t now);

// thread_watch_end closes it when all has ended. first is what was seen of the
// program's first thread after its end, which is exact; all 0: nothing was.
void thread_watch_end(struct thread_watch *w, const struct thread_times *first,
                      uint64_t now);

// thread_watch_json tells it all, as in the trial document; cpu_seconds is what the
// kernel says that all threads used, of which the looks have seen a share. The
// metrics are added to an array, or the reason why there are none to absent.
json_t *thread_watch_json(const struct thread_watch *w, double cpu_seconds);
void thread_watch_metrics(const struct thread_watch *w, json_t *metrics,
                          json_t *absent);

void thread_watch_free(struct thread_watch *w);

// thread_times_read reads ROOT/proc/PATH, a file called schedstat, into t; false
// where there is none.
bool thread_times_read(const char *sysroot, const char *path,
                       struct thread_times *t);

#endif
