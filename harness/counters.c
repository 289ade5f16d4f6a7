// counters.c - the catalogue of counters, and a set of them through a trial.
//
// Who is asked for a value depends on the source. What rusage and /proc tell is
// about the process, so they are read on the main thread: rusage around every
// round, which costs a system call, files around the whole section. PAPI's
// event sets belong to a thread: each M starts its own when it starts and adds
// it to the total when it stops, so that these cover the whole trial, warm-up
// and verification included. Reading another thread's set would be shorter and
// wrong: hardware counters are read with an instruction of the thread's own CPU.
#include "counters.h"

#include "control.h"
#include "os_counters.h"
#include "papi_events.h"

#include <stdio.h>
#include <string.h>

static const struct counter catalogue[] = {
	{"context-switches", COUNTER_PAPI, "perf::CONTEXT-SWITCHES", "1",
         COUNTER_TRIAL, STIMULUS_SLEEP, CONTROL_SLEEPS_SEEN,
         "times an M left its CPU"},
	{"cpu-migrations", COUNTER_PAPI, "perf::CPU-MIGRATIONS", "1",
         COUNTER_TRIAL, STIMULUS_MOVE, CONTROL_MOVES_SEEN,
         "times an M was moved to another CPU"},
	{"page-faults", COUNTER_PAPI, "perf::PAGE-FAULTS", "1", COUNTER_TRIAL,
         STIMULUS_TOUCH, 64, "first touches of pages by Ms"},
	{"task-clock", COUNTER_PAPI, "perf::TASK-CLOCK", "ns", COUNTER_TRIAL,
         STIMULUS_LOOP, 500e3, "CPU time of the Ms"},
	{"instructions", COUNTER_PAPI, "PAPI_TOT_INS", "1", COUNTER_TRIAL,
         STIMULUS_LOOP, 1000, "instructions completed"},
	{"cycles", COUNTER_PAPI, "PAPI_TOT_CYC", "1", COUNTER_TRIAL,
         STIMULUS_LOOP, 1000, "CPU cycles"},
	{"branch-misses", COUNTER_PAPI, "PAPI_BR_MSP", "1", COUNTER_TRIAL,
         STIMULUS_LOOP, 10, "branches predicted wrongly"},
	{"cache-misses", COUNTER_PAPI, "PAPI_L2_DCM", "1", COUNTER_TRIAL,
         STIMULUS_TOUCH, 10, "data reads that level 2 could not serve"},
	{"voluntary-switches", COUNTER_RUSAGE, "ru_nvcsw", "1", COUNTER_ROUNDS,
         STIMULUS_SLEEP, CONTROL_SLEEPS_SEEN,
         "times a thread slept in the kernel"},
	{"involuntary-switches", COUNTER_RUSAGE, "ru_nivcsw", "1", COUNTER_ROUNDS,
         STIMULUS_COMPETE, 1, "times a thread was put off its CPU"},
	{"minor-faults", COUNTER_RUSAGE, "ru_minflt", "1", COUNTER_ROUNDS,
         STIMULUS_TOUCH, 64, "page faults without I/O"},
	{"cpu-time", COUNTER_RUSAGE, "ru_utime+ru_stime", "s", COUNTER_ROUNDS,
         STIMULUS_LOOP, 500e-6, "CPU time of all threads"},
	{"run-delay", COUNTER_PROC, "task/*/schedstat", "s", COUNTER_SECTION,
         STIMULUS_COMPETE, 100e-6, "time that threads were ready and had no CPU"},
	{"peak-rss", COUNTER_PROC, "status:VmHWM", "B", COUNTER_TRIAL,
         STIMULUS_TOUCH, 4096, "most memory resident at once"},
	{"page-tables", COUNTER_PROC, "status:VmPTE", "B", COUNTER_TRIAL,
         STIMULUS_TOUCH, 4096, "memory of the page tables, at the end"},
};

#define N_CATALOGUE (sizeof catalogue / sizeof *catalogue)

_Static_assert(N_CATALOGUE <= COUNTERS_MAX,
               "struct counters is indexed by the catalogue");

const struct counter *counters_catalogue(size_t i)
{
	return i < N_CATALOGUE ? &catalogue[i] : NULL;
}

int counters_find(const char *name)
{
	for (int i = 0; i < (int)N_CATALOGUE; i++)
		if (strcmp(catalogue[i].name, name) == 0 ||
		    strcmp(catalogue[i].event, name) == 0)
			return i;
	return -1;
}

const char *counter_source_name(enum counter_source s)
{
	static const char *const names[] = {"papi", "rusage", "proc"};

	return names[s];
}

const char *counter_scope_name(enum counter_scope s)
{
	static const char *const names[] = {"trial", "section", "rounds"};

	return names[s];
}

void counters_want(struct counters *c, int i)
{
	c->state[i].wanted = true;
}

//---------------------------------------------------------------------------
// Opening: resolve, then see each one move
//---------------------------------------------------------------------------

static bool wanted(const struct counters *c, int i, bool of_papi)
{
	return c->state[i].wanted &&
	       (catalogue[i].source == COUNTER_PAPI) == of_papi;
}

static bool any_wanted(const struct counters *c, bool of_papi)
{
	for (int i = 0; i < (int)N_CATALOGUE; i++)
		if (wanted(c, i, of_papi))
			return true;
	return false;
}

// choose_papi resolves the wanted events of PAPI and notes the slot of each.
static void choose_papi(struct counters *c)
{
	char why[COUNTER_WHY_MAX];
	bool usable = papi_events_open(why, sizeof why);

	for (int i = 0; i < (int)N_CATALOGUE; i++) {
		struct counter_state *s = &c->state[i];

		s->slot = -1;
		if (!wanted(c, i, true))
			continue;
		if (usable)
			s->slot = papi_events_choose(catalogue[i].event, s->why,
			                             sizeof s->why);
		else
			snprintf(s->why, sizeof s->why, "%s", why);
	}
	c->user_only = usable && papi_events_user_only();
}

// read_os reads every wanted counter that is not PAPI's into v; one that cannot
// be read says why.
static void read_os(struct counters *c, double v[COUNTERS_MAX])
{
	for (int i = 0; i < (int)N_CATALOGUE; i++)
		if (wanted(c, i, false) && !c->state[i].why[0] &&
		    !os_counters_read(&catalogue[i], &v[i]))
			snprintf(c->state[i].why, sizeof c->state[i].why,
			         "the kernel does not tell it (%s)",
			         catalogue[i].event);
}

// judge decides, from what each counter showed around the stimuli, which exist.
static void judge(struct counters *c, const double *before, const double *after,
                  const struct control_report *given)
{
	for (int i = 0; i < (int)N_CATALOGUE; i++) {
		struct counter_state *s = &c->state[i];

		if (!s->wanted || s->why[0])
			continue;
		s->present = control_verdict(&catalogue[i], after[i] - before[i],
		                             given, s->why, sizeof s->why);
		if (!s->present && c->user_only &&
		    catalogue[i].source == COUNTER_PAPI)
			snprintf(s->why, sizeof s->why,
			         "the kernel allows counting in user mode "
			         "only: set "
			         "kernel.perf_event_paranoid to 1 or less");
	}
}

void counters_open(struct counters *c)
{
	double before[COUNTERS_MAX] = {0}, after[COUNTERS_MAX] = {0};
	long long moved[PAPI_EVENTS_MAX] = {0};
	struct control_report given;
	bool papi = any_wanted(c, true);

	if (!papi && !any_wanted(c, false))
		return;
	if (papi)
		choose_papi(c);
	read_os(c, before);
	papi = papi && papi_events_thread_start();
	control_stimulate(&given);
	read_os(c, after);
	papi = papi && papi_events_thread_stop(moved);
	control_tidy();
	for (int i = 0; i < (int)N_CATALOGUE; i++)
		if (wanted(c, i, true) && c->state[i].slot >= 0) {
			after[i] = (double)moved[c->state[i].slot];
			if (!papi)
				snprintf(c->state[i].why, sizeof c->state[i].why,
				         "%s", papi_events_why());
		}
	judge(c, before, after, &given);
}

void counters_close(struct counters *c)
{
	if (any_wanted(c, true))
		papi_events_close();
}

//---------------------------------------------------------------------------
// Through a trial
//---------------------------------------------------------------------------

static bool any_present(const struct counters *c, bool of_papi)
{
	for (int i = 0; i < (int)N_CATALOGUE; i++)
		if (wanted(c, i, of_papi) && c->state[i].present)
			return true;
	return false;
}

void counters_m_start(struct counters *c)
{
	if (any_present(c, true))
		papi_events_thread_start();
}

void counters_m_stop(struct counters *c)
{
	if (any_present(c, true))
		papi_events_thread_stop(NULL);
}

// add_scope adds sign times the present value of each counter of this scope.
static void add_scope(struct counters *c, enum counter_scope scope, double sign)
{
	for (int i = 0; i < (int)N_CATALOGUE; i++) {
		struct counter_state *s = &c->state[i];
		double v;

		if (!s->present || catalogue[i].source == COUNTER_PAPI ||
		    catalogue[i].scope != scope)
			continue;
		if (os_counters_read(&catalogue[i], &v)) {
			s->value += sign * v;
		} else {
			s->present = false;
			snprintf(s->why, sizeof s->why,
			         "reading it failed during the trial");
		}
	}
}

void counters_begin(struct counters *c)
{
	add_scope(c, COUNTER_ROUNDS, -1);
}

void counters_end(struct counters *c)
{
	add_scope(c, COUNTER_ROUNDS, 1);
}

void counters_section_begin(struct counters *c)
{
	add_scope(c, COUNTER_SECTION, -1);
}

void counters_section_end(struct counters *c)
{
	add_scope(c, COUNTER_SECTION, 1);
	add_scope(c, COUNTER_TRIAL, 1);
}

void counters_finish(struct counters *c)
{
	long long total[PAPI_EVENTS_MAX];
	bool whole = any_present(c, true) && papi_events_total(total);

	for (int i = 0; i < (int)N_CATALOGUE; i++) {
		struct counter_state *s = &c->state[i];

		if (!wanted(c, i, true) || !s->present)
			continue;
		s->present = whole;
		if (whole)
			s->value = (double)total[s->slot];
		else
			snprintf(s->why, sizeof s->why, "%s", papi_events_why());
	}
}
