// process.h - what decides a process's GOMAXPROCS, as far as /proc tells it.
#ifndef HARNESS_WHY_PROCESS_H
#define HARNESS_WHY_PROCESS_H

#include "../procfs/cgroup.h"
#include "go_binary.h"

#include <stdbool.h>

enum { PROCESS_WHY_MAX = 128 };

struct process {
	char pid[16];  // "" for a program that has not been started
	char *program; // a path, or the name in brackets where that is hidden
	struct go_binary binary;
	bool environ_known;
	char environ_why[PROCESS_WHY_MAX]; // why not
	char *gomaxprocs, *godebug;        // as set there; NULL: not set
	int cpus_online;
	int cpus_allowed; // of these, what sched_getaffinity(2) tells; 0: unknown
	struct cgroup cgroup;
	// Sums over the threads that live, since each was started.
	bool waits_known;
	double cpu_s;  // on a CPU
	double wait_s; // ready, and waiting in a run queue
	// runtime.gomaxprocs in its memory; 0: not read, and why not.
	int observed;
	char observed_why[PROCESS_WHY_MAX];
};

// process_read reads those of a running process, as /proc shows them below
// root. Only a process that is not there is an error, -ESRCH; what else cannot
// be read is unknown. To be freed after 0.
int process_read(struct process *p, const char *root, const char *pid);

// process_program tells what a program would find if it were started now, here,
// from this process: the file's path is below no root. 0, to be freed; -errno
// when there is no such file.
int process_program(struct process *p, const char *root, const char *path);

void process_free(struct process *p);

#endif
