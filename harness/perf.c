// perf.c - what the kernel counts of a program and all that it starts.
//
// An event that is opened on the keeper with inherit is copied into every
// process and thread below it, and enable_on_exec starts the copies when the
// program is executed: nothing of dyno is in the count, and no thread of the
// program is missing. When they have ended the kernel has added their counts to
// the keeper's descriptor.
//
// Kernels and virtual machines open events that never count. So the same events
// are first opened on a child that sleeps, moves, touches and loops; one that
// does not move is absent. A set-user-id program takes off all events of its own
// accord, and that is seen when the task clock stands still.
#include "perf.h"

#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct event {
	const char *name; // as in the catalogue of counters.c, which has its control
	const char *symbol;
	uint32_t type;
	uint64_t config;
};

#define SOFTWARE(name, config) \
	{ \
		name, #config, PERF_TYPE_SOFTWARE, config \
	}
#define HARDWARE(name, config) \
	{ \
		name, #config, PERF_TYPE_HARDWARE, config \
	}

static const struct event events[] = {
	SOFTWARE("context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES),
	SOFTWARE("cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS),
	SOFTWARE("page-faults", PERF_COUNT_SW_PAGE_FAULTS),
	SOFTWARE("task-clock", PERF_COUNT_SW_TASK_CLOCK),
	HARDWARE("instructions", PERF_COUNT_HW_INSTRUCTIONS),
	HARDWARE("cycles", PERF_COUNT_HW_CPU_CYCLES),
	HARDWARE("branch-misses", PERF_COUNT_HW_BRANCH_MISSES),
};

enum { EVENTS = sizeof events / sizeof *events, TASK_CLOCK = 3 };

_Static_assert(sizeof events / sizeof *events <= PERF_MAX,
               "a set has room for every event");

//---------------------------------------------------------------------------
// Events
//---------------------------------------------------------------------------

// open_event opens one on a process and what it starts; -errno if refused.
static int open_event(const struct event *e, pid_t pid, bool on_exec,
                      bool user_only)
{
	struct perf_event_attr attr = {
		.type = e->type,
		.size = sizeof attr,
		.config = e->config,
		.disabled = on_exec,
		.enable_on_exec = on_exec,
		.inherit = 1,
		.exclude_kernel = user_only,
		.exclude_hv = user_only,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
	                       PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	long fd = syscall(SYS_perf_event_open, &attr, pid, -1, -1,
	                  PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static void close_set(struct perf_set *s)
{
	for (int i = 0; i < EVENTS; i++)
		if (s->fd[i] >= 0)
			close(s->fd[i]);
}

void perf_open(struct perf_set *s, const struct perf_promise *promise)
{
	for (int i = 0; i < PERF_MAX; i++)
		s->fd[i] = -1;
	for (int i = 0; promise && i < EVENTS; i++)
		if (promise->present[i])
			s->fd[i] = open_event(&events[i], 0, true,
			                      promise->user_only[i]);
}

void perf_read(const struct perf_set *s, struct perf_counts *out)
{
	*out = (struct perf_counts){.counted = {false}};
	for (int i = 0; i < EVENTS; i++) {
		struct {
			uint64_t value, enabled, running;
		} r;

		if (s->fd[i] < 0 || read(s->fd[i], &r, sizeof r) != sizeof r)
			continue;
		out->counted[i] = r.running > 0 || r.enabled == 0;
		out->value[i] = (double)r.value;
		if (r.running && r.running < r.enabled)
			out->value[i] *= (double)r.enabled / (double)r.running;
	}
}

//---------------------------------------------------------------------------
// The control
//---------------------------------------------------------------------------

// What the child of the control tells.
struct report {
	bool given[STIMULI];
	char why[STIMULI][COUNTER_WHY_MAX];
};

// serve_as_control waits until its events are open, and moves them.
static _Noreturn void serve_as_control(int go, int told)
{
	struct control_report given;
	struct report r = {.given = {false}};
	char byte;

	if (read(go, &byte, 1) != 1)
		_exit(1);
	control_stimulate(&given);
	for (int i = 0; i < STIMULI; i++) {
		r.given[i] = given.given[i];
		if (given.why[i])
			snprintf(r.why[i], sizeof r.why[i], "%s", given.why[i]);
	}
	_exit(write(told, &r, sizeof r) == sizeof r ? 0 : 1);
}

// open_all opens every event on the child. Where the kernel refuses to count
// itself, an event is tried without.
static void open_all(struct perf_set *s, pid_t child, struct perf_promise *p)
{
	for (int i = 0; i < EVENTS; i++) {
		s->fd[i] = open_event(&events[i], child, false, false);
		if (s->fd[i] == -EACCES || s->fd[i] == -EPERM) {
			p->user_only[i] = true;
			s->fd[i] = open_event(&events[i], child, false, true);
		}
		if (s->fd[i] < 0)
			snprintf(p->why[i], sizeof p->why[i],
			         "the kernel has no %s here: %s",
			         events[i].symbol, strerror(-s->fd[i]));
	}
}

static void judge(struct perf_promise *p, const struct report *r,
                  const struct perf_counts *moved)
{
	struct control_report given;

	for (int i = 0; i < STIMULI; i++) {
		given.given[i] = r->given[i];
		given.why[i] = r->why[i];
	}
	for (int i = 0; i < EVENTS; i++) {
		const struct counter *c = counters_catalogue(
			(size_t)counters_find(events[i].name));
		size_t len;

		if (p->why[i][0])
			continue;
		p->present[i] = control_verdict(c, moved->value[i], &given,
		                                p->why[i], sizeof p->why[i]);
		len = strlen(p->why[i]);
		if (!p->present[i] && p->user_only[i])
			snprintf(p->why[i] + len, sizeof p->why[i] - len,
			         " in user mode, and the kernel allows no more: "
			         "lower kernel.perf_event_paranoid to 1");
	}
}

// watch lets the child go, and reads what it moved when it has ended.
static bool watch(struct perf_promise *p, pid_t child, int go, int told)
{
	struct perf_set set;
	struct perf_counts moved;
	struct report r;
	bool ok;

	open_all(&set, child, p);
	ok = write(go, "g", 1) == 1 && read(told, &r, sizeof r) == sizeof r;
	if (!ok)
		close(go);
	ok = waitpid(child, NULL, 0) == child && ok;
	perf_read(&set, &moved);
	close_set(&set);
	if (ok)
		judge(p, &r, &moved);
	return ok;
}

static bool run_control(struct perf_promise *p)
{
	int go[2], told[2];
	pid_t child;
	bool ok = false;

	if (pipe2(go, O_CLOEXEC) != 0)
		return false;
	if (pipe2(told, O_CLOEXEC) != 0) {
		close(go[0]);
		close(go[1]);
		return false;
	}
	child = fork();
	if (child == 0) {
		close(go[1]);
		serve_as_control(go[0], told[1]);
	}
	close(go[0]);
	close(told[1]);
	if (child > 0)
		ok = watch(p, child, go[1], told[0]);
	close(go[1]);
	close(told[0]);
	return ok;
}

const struct perf_promise *perf_promised(void)
{
	static struct perf_promise promise;
	static bool tried, ok;

	if (!tried)
		ok = run_control(&promise);
	tried = true;
	return ok ? &promise : NULL;
}

//---------------------------------------------------------------------------
// Telling
//---------------------------------------------------------------------------

void perf_json(const struct perf_promise *promise,
               const struct perf_counts *counts, double cpu_seconds,
               json_t *counters, json_t *absent)
{
	bool still = promise->present[TASK_CLOCK] && cpu_seconds > 0 &&
	             counts->value[TASK_CLOCK] <= 0;

	for (int i = 0; i < EVENTS; i++) {
		const struct event *e = &events[i];
		const struct counter *c = counters_catalogue(
			(size_t)counters_find(e->name));
		const char *why = promise->why[i];

		if (promise->present[i])
			why = still ? "the program took the events off, as a "
			              "set-user-id one does"
			      : counts->counted[i]
			              ? NULL
			              : "no counter was free for it";
		if (why)
			json_object_set_new(absent, e->name, json_string(why));
		else
			json_array_append_new(
				counters,
				json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:f}",
			                  "name", e->name, "source", "perf",
			                  "event", e->symbol, "scope", "trial",
			                  "mode",
			                  promise->user_only[i] ? "user" : "all",
			                  "unit", c->unit, "value",
			                  counts->value[i]));
	}
}
