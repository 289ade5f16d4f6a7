// findings.c - what a machine's facts mean for a measurement, and what to do.
//
// One small function for each thing looked at. They take facts, not files: the
// same that are stored with every trial.
#include "findings.h"

#include "../procfs/cpu_list.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *finding_level_name(enum finding_level level)
{
	static const char *const names[FINDING_LEVELS] = {
		[FINDING_FINE] = "fine",
		[FINDING_KNOW] = "know",
		[FINDING_CHANGE] = "change",
		[FINDING_UNKNOWN] = "unknown",
	};

	return names[level];
}

//---------------------------------------------------------------------------
// Facts and words
//---------------------------------------------------------------------------

static const char *text_of(const json_t *facts, const char *name)
{
	return json_string_value(json_object_get(facts, name));
}

// number_of reads a fact that is a number; false where it is not known.
static bool number_of(const json_t *facts, const char *name, double *v)
{
	const json_t *value = json_object_get(facts, name);

	*v = json_number_value(value);
	return json_is_number(value);
}

static void value(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void value(struct finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->value, sizeof f->value, fmt, args);
	va_end(args);
}

static void say(struct finding *f, enum finding_level level, const char *fmt,
                ...) __attribute__((format(printf, 3, 4)));

static void say(struct finding *f, enum finding_level level, const char *fmt, ...)
{
	va_list args;

	f->level = level;
	va_start(args, fmt);
	vsnprintf(f->text, sizeof f->text, fmt, args);
	va_end(args);
}

static void unknown(struct finding *f, const json_t *facts, const char *what)
{
	bool vm = json_is_true(json_object_get(facts, "virtual_machine"));

	say(f, FINDING_UNKNOWN, "%s%s.", what,
	    vm ? ", as in most virtual machines: ask whoever runs the host" : "");
}

// allowed counts the CPUs that this process may use; 0: unknown.
static int allowed(const json_t *facts)
{
	const char *list = text_of(facts, "cpus_allowed");
	struct cpu_list *set = malloc(sizeof *set);
	int n = 0;

	if (list && set && cpu_list_parse(set, list))
		n = cpu_list_count(set);
	free(set);
	return n;
}

//---------------------------------------------------------------------------
// The processor
//---------------------------------------------------------------------------

static void governor(struct finding *f, const json_t *facts)
{
	const char *name = text_of(facts, "governor");

	if (!name) {
		unknown(f, facts, "The kernel shows no frequency governor here");
		return;
	}
	value(f, "%s", name);
	if (strcmp(name, "performance") != 0)
		say(f, FINDING_CHANGE,
		    "The clock follows the load, so that a slow start is measured "
		    "and idle Ps look worse than they are: cpupower "
		    "frequency-set -g performance.");
}

static void turbo(struct finding *f, const json_t *facts)
{
	const json_t *on = json_object_get(facts, "turbo");

	if (!on) {
		unknown(f, facts, "The kernel shows no switch for turbo here");
		return;
	}
	value(f, "%s", json_is_true(on) ? "on" : "off");
	if (json_is_true(on))
		say(f, FINDING_KNOW,
		    "The fewer cores are busy the faster they run, so a curve over "
		    "GOMAXPROCS bends for that alone: write 1 to "
		    "intel_pstate/no_turbo, or 0 to cpufreq/boost, below "
		    "/sys/devices/system/cpu.");
}

static void smt(struct finding *f, const json_t *facts)
{
	const json_t *on = json_object_get(facts, "smt");

	if (!on) {
		unknown(f, facts,
		        "The kernel does not say whether cores are shared");
		return;
	}
	value(f, "%s%s", json_is_true(on) ? "on" : "off",
	      json_is_true(json_object_get(facts, "virtual_machine"))
	              ? ", as this guest sees it"
	              : "");
	if (json_is_true(on))
		say(f, FINDING_KNOW,
		    "Two CPUs share a core and slow each other down: --pin core "
		    "measures one on each, and a curve over GOMAXPROCS bends where "
		    "the cores are used up.");
}

static void pmu(struct finding *f, const json_t *facts)
{
	const json_t *there = json_object_get(facts, "pmu");

	if (!there) {
		unknown(f, facts, "The kernel does not list what can count");
		return;
	}
	value(f, "%s", json_is_true(there) ? "present" : "absent");
	if (!json_is_true(there))
		say(f, FINDING_KNOW,
		    "No cycles, instructions or cache misses can be counted here, "
		    "only what the kernel counts: take a machine that is not "
		    "virtual, or have its hypervisor pass the PMU on.");
}

static void counters(struct finding *f, const json_t *facts)
{
	const json_t *c = json_object_get(facts, "counters");
	const char *mode = text_of(facts, "counter_mode");
	double present, all;

	if (!number_of(c, "present", &present) || !number_of(c, "all", &all)) {
		say(f, FINDING_UNKNOWN, "Their controls were not run.");
		return;
	}
	value(f, "%.0f of %.0f work", present, all);
	if (mode && strcmp(mode, "user") == 0)
		say(f, FINDING_KNOW,
		    "PAPI may count in user mode only: sysctl "
		    "kernel.perf_event_paranoid=1, or give dyno-trial CAP_PERFMON. "
		    "dyno list counters has the reasons.");
	else if (present < all)
		say(f, FINDING_KNOW,
		    "The others did not move when they had to, and are left out of "
		    "results: dyno list counters has the reasons.");
}

//---------------------------------------------------------------------------
// The kernel
//---------------------------------------------------------------------------

static void clock_source(struct finding *f, const json_t *facts)
{
	const char *name = text_of(facts, "clock");
	double cost = 0;

	if (!name) {
		unknown(f, facts, "The kernel does not name its clock here");
		return;
	}
	number_of(json_object_get(facts, "short_run"), "clock_s", &cost);
	value(f, cost > 0 ? "%s, %.0f ns to read" : "%s", name, cost * 1e9);
	if (strcmp(name, "hpet") == 0 || strcmp(name, "acpi_pm") == 0 ||
	    strcmp(name, "jiffies") == 0)
		say(f, FINDING_CHANGE,
		    "Every reading of this clock goes through the kernel to a slow "
		    "device: boot with clocksource=tsc, or with kvm-clock in a "
		    "virtual machine.");
}

static void thp(struct finding *f, const json_t *facts)
{
	const char *all = text_of(facts, "thp");
	const char *chosen = all ? strchr(all, '[') : NULL;

	if (!chosen) {
		unknown(f, facts,
		        "The kernel has no huge pages, or does not say");
		return;
	}
	value(f, "%.*s", (int)strcspn(chosen + 1, "]"), chosen + 1);
	if (strncmp(chosen, "[always]", 8) == 0)
		say(f, FINDING_KNOW,
		    "Huge pages are made while a trial runs, at times that differ "
		    "from trial to trial: write madvise to "
		    "/sys/kernel/mm/transparent_hugepage/enabled.");
}

static void aslr(struct finding *f, const json_t *facts)
{
	const char *level = text_of(facts, "aslr");

	if (!level) {
		unknown(f, facts, "The kernel does not show whether it is on");
		return;
	}
	value(f, "%s", level);
	if (strcmp(level, "2") != 0)
		say(f, FINDING_KNOW,
		    "All trials share one layout of memory, and its luck passes for "
		    "a property of what is measured: sysctl "
		    "kernel.randomize_va_space=2 lets it average out.");
}

//---------------------------------------------------------------------------
// Limits
//---------------------------------------------------------------------------

static void affinity(struct finding *f, const json_t *facts)
{
	int n = allowed(facts);
	double online;

	if (!n || !number_of(facts, "cpus_online", &online)) {
		unknown(f, facts, "The CPUs that may be used cannot be read");
		return;
	}
	value(f, "%d of %.0f CPUs", n, online);
	if (n < online)
		say(f, FINDING_KNOW,
		    "Other programs may have the rest of the CPUs, and share caches "
		    "and clock with these: taskset or the cpuset of a control group "
		    "says so.");
}

static void quota(struct finding *f, const json_t *facts)
{
	const char *at = text_of(facts, "cgroup_limit_at");
	double cpus, throttled = 0;
	int n = allowed(facts);

	if (!number_of(facts, "cgroup_cpus", &cpus)) {
		unknown(f, facts, "No control group of this process can be seen");
		return;
	}
	if (cpus <= 0) {
		value(f, "none");
		return;
	}
	number_of(facts, "cgroup_throttled", &throttled);
	value(f, "%.4g CPUs at %.48s", cpus, at ? at : "?");
	if (cpus < n)
		say(f, FINDING_CHANGE,
		    "Above %.4g CPUs every trial stands still for part of each "
		    "period (so far in %.3g %% of them): lift the quota, or let no "
		    "--procs go above %.0f.",
		    cpus, 100 * throttled, cpus < 1 ? 1 : floor(cpus));
}

//---------------------------------------------------------------------------
// The short run
//---------------------------------------------------------------------------

enum { PERCENT = 100 };

// The shares above which something is to be known, and to be changed.
static void grade(struct finding *f, double share, double know, double change,
                  const char *text)
{
	if (share >= know)
		say(f, share >= change ? FINDING_CHANGE : FINDING_KNOW, "%s",
		    text);
}

static bool ran(struct finding *f, const json_t *facts, const char *name,
                double *v)
{
	if (number_of(json_object_get(facts, "short_run"), name, v))
		return true;
	say(f, FINDING_UNKNOWN, "/proc/stat or the short run tells nothing.");
	return false;
}

static void free_cpus(struct finding *f, const json_t *facts)
{
	double foreign, cpus;

	if (!ran(f, facts, "foreign_cpus", &foreign) ||
	    !ran(f, facts, "cpus", &cpus))
		return;
	value(f, "%.1f of %.0f", cpus > foreign ? cpus - foreign : 0, cpus);
	grade(f, foreign / cpus, 0.02, 0.1,
	      "Other programs use the CPUs that trials would use: stop them, or "
	      "--pin to CPUs that are free. What they took is stored with every "
	      "trial as foreign_cpu_s.");
}

static void load(struct finding *f, const json_t *facts)
{
	double v;

	if (!number_of(facts, "load_1m", &v)) {
		unknown(f, facts, "/proc/loadavg cannot be read");
		return;
	}
	value(f, "%.2f", v);
	if (v > 0.5)
		say(f, FINDING_KNOW,
		    "So many threads ran or wanted to in the last minute: look at "
		    "free CPUs for what is so now.");
}

static void steal(struct finding *f, const json_t *facts)
{
	double v;

	if (!ran(f, facts, "steal", &v))
		return;
	value(f, "%.2f %%", PERCENT * v);
	grade(f, v, 0.002, 0.02,
	      "The hypervisor gave this machine's CPUs to others meanwhile: take a "
	      "machine with CPUs of its own, or measure longer and at other hours.");
}

static void noise(struct finding *f, const json_t *facts)
{
	double lost, stall = 0;

	if (!ran(f, facts, "lost", &lost))
		return;
	number_of(json_object_get(facts, "short_run"), "stall_s", &stall);
	value(f, "%.1f %% lost, longest stall %.2f ms", PERCENT * lost,
	      stall * 1e3);
	grade(f, lost, 0.02, 0.1,
	      "A busy thread on each CPU lost this share of its time against its "
	      "own fast moments: differences of this size between trials mean "
	      "nothing. What else is found here says where it went.");
}

static void wake_up(struct finding *f, const json_t *facts)
{
	double half, most = 0;

	if (!ran(f, facts, "wake_s", &half))
		return;
	number_of(json_object_get(facts, "short_run"), "wake_99_s", &most);
	value(f, "%.0f us, 1 in 100 above %.0f us", half * 1e6, most * 1e6);
	if (half >= 50e-6)
		say(f, FINDING_KNOW,
		    "A CPU that has gone idle is slow to come back, which workloads "
		    "that park often pay at every wake-up. On a host: shallower idle "
		    "states (cpupower idle-set); in a virtual machine: "
		    "kvm.halt_poll_ns on the host, haltpoll in the guest.");
}

// The runner's share is 1 % of rounds that are a hundred times what it adds to one.
// The shortest there are, at size tiny, take some tens of microseconds.
#define ROUND_SHORTEST 20e-6

static void overhead(struct finding *f, const json_t *facts)
{
	const json_t *told = json_object_get(facts, "overhead");
	double round, between;

	if (!number_of(told, "round_s", &round) ||
	    !number_of(told, "between_s", &between)) {
		say(f, FINDING_UNKNOWN,
		    "No trial of nothing could be run: dyno run null says why.");
		return;
	}
	value(f, "%.0f ns in a round, %.1f us between two", round * 1e9,
	      between * 1e6);
	if (round > ROUND_SHORTEST / PERCENT)
		say(f, FINDING_KNOW,
		    "The runner's own timing is above 1 %% of rounds that take less "
		    "than %.0f us: take longer ones (--size, --param). Every trial "
		    "tells its share as overhead.",
		    round * PERCENT * 1e6);
}

static void build(struct finding *f, const json_t *facts)
{
	const json_t *on = json_object_get(facts, "optimized");

	value(f, "%s", json_is_true(on) ? "optimised" : "not optimised");
	if (!json_is_true(on))
		say(f, FINDING_CHANGE,
		    "This dyno was built without optimisation: build with cmake "
		    "--preset release.");
}

//---------------------------------------------------------------------------

static const struct {
	const char *name;
	void (*judge)(struct finding *f, const json_t *facts);
} checks[] = {
	{"noise", noise},
	{"free CPUs", free_cpus},
	{"steal", steal},
	{"load", load},
	{"quota", quota},
	{"affinity", affinity},
	{"governor", governor},
	{"turbo", turbo},
	{"SMT", smt},
	{"wake-up", wake_up},
	{"clock", clock_source},
	{"PMU", pmu},
	{"counters", counters},
	{"THP", thp},
	{"ASLR", aslr},
	{"overhead", overhead},
	{"build", build},
};

enum { CHECKS = sizeof checks / sizeof *checks };

_Static_assert((int)CHECKS <= (int)FINDINGS_MAX, "every check has its finding");

void findings_judge(struct findings *out, const json_t *facts)
{
	*out = (struct findings){.n = CHECKS};
	for (size_t i = 0; i < CHECKS; i++) {
		out->v[i].name = checks[i].name;
		checks[i].judge(&out->v[i], facts);
	}
}

size_t findings_count(const struct findings *f, enum finding_level level)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].level == level;
	return n;
}
