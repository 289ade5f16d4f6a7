// verdict.c - which GOMAXPROCS a Go program has, and which rule set it.
//
//	all       the variable GOMAXPROCS, if it is a positive number
//	< 1.25    the CPUs that it may run on
//	>= 1.25   the same, but no more than its control group's quota, rounded up
//	          and at least 2. Only the leaf is read. GODEBUG containermaxprocs=0
//	          switches it off, and a go line below 1.25 in go.mod does so by
//	          default; updatemaxprocs=0 keeps the value of the start
//	automaxprocs, if linked in: the quota rounded down and at least 1, whatever
//	          the CPUs; without a quota it changes nothing
//
// A value that was observed in the process's memory is the truth, and the rules
// explain it: one that no rule gives is the program's own.
//
// Source: schedinit and defaultGOMAXPROCS in Go's runtime; go.dev/issue/73193;
// automaxprocs 1.6.
#include "verdict.h"

#include "godebug.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { AWARE_SINCE = 25, ROOTS_SINCE = 26, QUOTA_MIN = 2 };

const char *verdict_rule_name(enum verdict_rule rule)
{
	static const char *const names[] = {
		[RULE_UNKNOWN] = "unknown",
		[RULE_ENVIRONMENT] = "environment",
		[RULE_QUOTA] = "quota",
		[RULE_AFFINITY] = "affinity",
		[RULE_PROGRAM] = "program",
		[RULE_AUTOMAXPROCS] = "automaxprocs",
	};

	return names[rule];
}

bool verdict_is_go(const struct process *p)
{
	return p->binary.kind == GO_BINARY_GO ||
	       p->binary.kind == GO_BINARY_UNVERSIONED;
}

//---------------------------------------------------------------------------
// The rules
//---------------------------------------------------------------------------

// leaf_quota is the quota that Go of a release finds; 0: none.
static double leaf_quota(const struct process *p, int release)
{
	const struct cgroup *c = &p->cgroup;
	bool found = release >= ROOTS_SINCE ? c->found_by_1_26 : c->found_by_1_25;

	return found && c->n && c->level[0].limited ? c->level[0].cpus : 0;
}

static int rounded(double v)
{
	return v < INT32_MAX ? (int)v : INT32_MAX;
}

static int by_quota(double quota)
{
	int procs = rounded(ceil(quota));

	return procs < QUOTA_MIN ? QUOTA_MIN : procs;
}

// by_default is what Go takes without GOMAXPROCS, being aware of quotas or not.
static int by_default(const struct process *p, bool aware, int release)
{
	double quota = aware ? leaf_quota(p, release) : 0;

	if (quota > 0 && p->cpus_allowed > 0 && by_quota(quota) < p->cpus_allowed)
		return by_quota(quota);
	return p->cpus_allowed;
}

// by_automaxprocs is what automaxprocs makes of a default.
static int by_automaxprocs(const struct process *p, int without)
{
	double quota = leaf_quota(p, ROOTS_SINCE);

	if (quota <= 0)
		return without;
	return rounded(floor(quota)) < 1 ? 1 : rounded(floor(quota));
}

// debug_on reads a setting that is on by default: the environment's counts, else
// the one built in.
static bool debug_on(const struct process *p, const char *name)
{
	int32_t value = 1;

	godebug_setting(p->binary.godebug, name, &value);
	godebug_setting(p->godebug, name, &value);
	return value > 0;
}

static void say(struct verdict *v, enum verdict_rule rule, int procs,
                const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void say(struct verdict *v, enum verdict_rule rule, int procs,
                const char *fmt, ...)
{
	va_list args;

	v->rule = rule;
	v->procs = procs;
	va_start(args, fmt);
	vsnprintf(v->why, sizeof v->why, fmt, args);
	va_end(args);
}

static void apply_default(struct verdict *v, const struct process *p)
{
	int procs = by_default(p, v->aware, p->binary.release);

	if (!procs)
		say(v, RULE_UNKNOWN, 0, "the CPUs that it may use are not known");
	else if (procs < p->cpus_allowed)
		say(v, RULE_QUOTA, procs,
		    "the quota of its control group, %.3g CPUs, rounded up%s",
		    p->cgroup.level[0].cpus,
		    p->cgroup.level[0].cpus <= 1 ? " and at least 2" : "");
	else
		say(v, RULE_AFFINITY, procs, "the CPUs that it may run on");
}

// apply_rules foretells the value that the program starts with.
static void apply_rules(struct verdict *v, const struct process *p)
{
	int32_t set = 0;
	int procs;

	if (p->binary.release == GO_RELEASE_UNKNOWN) {
		say(v, RULE_UNKNOWN, 0, "its version of Go is not known");
		return;
	}
	if (!p->environ_known) {
		say(v, RULE_UNKNOWN, 0,
		    "its environment is hidden (%s): become root or its user",
		    p->environ_why);
		return;
	}
	if (p->gomaxprocs &&
	    godebug_number(p->gomaxprocs, p->binary.release, &set) && set > 0) {
		say(v, RULE_ENVIRONMENT, set,
		    "GOMAXPROCS=%d in its environment", (int)set);
		return;
	}
	apply_default(v, p);
	procs = by_automaxprocs(p, v->procs);
	if (*p->binary.automaxprocs && !p->gomaxprocs && v->procs &&
	    procs != v->procs)
		say(v, RULE_AUTOMAXPROCS, procs,
		    "automaxprocs %.20s, the quota of %.3g CPUs rounded down",
		    p->binary.automaxprocs, p->cgroup.level[0].cpus);
}

// believe puts what was observed in the place of what was foretold.
static void believe(struct verdict *v, const struct process *p)
{
	struct verdict plain = *v;

	if (!p->observed || p->observed == v->procs)
		return;
	if (v->rule == RULE_AUTOMAXPROCS) {
		apply_default(&plain, p);
		if (plain.procs == p->observed) {
			*v = plain;
			return;
		}
	}
	if (v->rule == RULE_UNKNOWN)
		say(v, RULE_UNKNOWN, p->observed,
		    "read from its memory; which rule set it is not known");
	else
		say(v, RULE_PROGRAM, p->observed,
		    "read from its memory; the rules give %d, so it has called "
		    "runtime.GOMAXPROCS, or its limits have changed",
		    plain.procs);
}

//---------------------------------------------------------------------------
// Notes
//---------------------------------------------------------------------------

static void note(struct verdict *v, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void note(struct verdict *v, const char *name, const char *fmt, ...)
{
	struct verdict_note *n = &v->note[v->notes];
	va_list args;

	if (v->notes == VERDICT_NOTES_MAX)
		return;
	v->notes++;
	n->name = name;
	va_start(args, fmt);
	vsnprintf(n->text, sizeof n->text, fmt, args);
	va_end(args);
}

static void note_environment(struct verdict *v, const struct process *p)
{
	int32_t set = 0;

	if (!p->gomaxprocs || !*p->gomaxprocs)
		return;
	if (godebug_number(p->gomaxprocs, p->binary.release, &set) && set > 0)
		return;
	note(v, "environment-ignored",
	     "GOMAXPROCS=%.40s is no positive number, and Go takes no notice of "
	     "it: unset it or set a number.",
	     p->gomaxprocs);
}

// note_unaware explains why a quota is not taken into account.
static void note_unaware(struct verdict *v, const struct process *p)
{
	int32_t value = 1;

	if (p->binary.release < AWARE_SINCE)
		note(v, "unaware-release",
		     "Go before 1.25 does not look at quotas: build with Go 1.25 "
		     "or later, or set GOMAXPROCS=%d.",
		     by_quota(p->cgroup.level[cgroup_tightest(&p->cgroup)].cpus));
	else if (godebug_setting(p->godebug, "containermaxprocs", &value))
		note(v, "unaware-godebug",
		     "GODEBUG=containermaxprocs=%d in its environment makes it "
		     "ignore quotas: take it out.",
		     (int)value);
	else
		note(v, "unaware-go-mod",
		     "It was built to ignore quotas (containermaxprocs=0), as a "
		     "module does whose go.mod says go 1.24 or less: raise that "
		     "line to 1.25, or set GODEBUG=containermaxprocs=1.");
}

// note_unseen explains why a Go that is aware of quotas misses the tightest.
static void note_unseen(struct verdict *v, const struct process *p, int tightest)
{
	const struct cgroup_level *l = &p->cgroup.level[tightest];

	if (tightest > 0)
		note(v, "ancestor-ignored",
		     "The tightest limit, %.3g CPUs, is set at %.120s, above its own "
		     "group; Go reads its own group only (go.dev/issue/81180): set "
		     "the limit on the leaf, or GOMAXPROCS=%d.",
		     l->cpus, l->path, by_quota(l->cpus));
	else
		note(v, "group-not-found",
		     "Go %s does not find its control group below the mounts it "
		     "sees (go.dev/issue/76390 until 1.25): use a newer Go, or set "
		     "GOMAXPROCS=%d.",
		     p->binary.version, by_quota(l->cpus));
}

// note_excess says what a GOMAXPROCS above the quota costs.
static void note_excess(struct verdict *v, const struct process *p, double cpus)
{
	double seconds = 0, share = cgroup_throttled(&p->cgroup, &seconds);

	if (v->procs <= 0 || v->procs <= cpus)
		return;
	if (share > 0)
		note(v, "throttled",
		     "%d Ps can use up a quota of %.3g CPUs before its period ends, "
		     "and all threads then wait: they did in %.3g %% of the periods, "
		     "%.3g s in all. Raise the quota to %d CPUs, or measure fewer Ps.",
		     v->procs, cpus, share * 100, seconds, v->procs);
	else
		note(v, "above-quota",
		     "%d Ps can use up a quota of %.3g CPUs before its period ends, "
		     "and all threads then wait; it has not happened so far.",
		     v->procs, cpus);
}

static void note_quota(struct verdict *v, const struct process *p)
{
	int tightest = cgroup_tightest(&p->cgroup);
	double cpus;

	if (tightest < 0)
		return;
	cpus = p->cgroup.level[tightest].cpus;
	if (v->rule == RULE_AFFINITY && v->procs > by_quota(cpus)) {
		if (!v->aware)
			note_unaware(v, p);
		else
			note_unseen(v, p, tightest);
	} else if (v->rule == RULE_QUOTA && tightest > 0) {
		note_unseen(v, p, tightest);
	}
	note_excess(v, p, cpus);
	if (v->rule == RULE_AUTOMAXPROCS && cpus >= 1 && v->procs < cpus)
		note(v, "quota-unused",
		     "Rounding down leaves %.3g of %.3g CPUs unused: Go 1.25 and "
		     "later round up without automaxprocs.",
		     cpus - v->procs, cpus);
}

static void note_doubts(struct verdict *v, const struct process *p)
{
	if (*p->binary.automaxprocs && !p->observed)
		note(v, "automaxprocs-linked",
		     "automaxprocs is linked in; that the program uses it is "
		     "supposed, not known.");
	if (p->cgroup.hidden)
		note(v, "levels-hidden",
		     "There are control groups above those that can be seen from "
		     "here, which may set a tighter limit: ask on the host.");
	if (v->rule == RULE_AFFINITY && p->cpus_allowed < p->cpus_online)
		note(v, "affinity",
		     "It may use %d of the %d CPUs that are online: taskset or the "
		     "cpuset of a control group says so.",
		     p->cpus_allowed, p->cpus_online);
}

static void say_no_go(struct verdict *v, const struct go_binary *b)
{
	if (b->kind != GO_BINARY_UNREADABLE)
		say(v, RULE_UNKNOWN, 0, "it is no Go program");
	else if (b->error == -ENOENT)
		say(v, RULE_UNKNOWN, 0,
		    "it has no file: a thread of the kernel, or it has ended");
	else
		say(v, RULE_UNKNOWN, 0, "its file cannot be read (%s)%s",
		    strerror(-b->error),
		    b->error == -EACCES ? ": become root or its user" : "");
}

void verdict_reach(struct verdict *v, const struct process *p)
{
	*v = (struct verdict){.rule = RULE_UNKNOWN};
	v->before_1_25 = by_default(p, false, 0);
	v->since_1_25 = by_default(p, true, ROOTS_SINCE);
	v->automaxprocs = by_automaxprocs(p, v->before_1_25);
	if (!verdict_is_go(p)) {
		say_no_go(v, &p->binary);
		return;
	}
	v->aware = p->binary.release >= AWARE_SINCE &&
	           debug_on(p, "containermaxprocs");
	apply_rules(v, p);
	believe(v, p);
	v->updates = p->binary.release >= AWARE_SINCE &&
	             (v->rule == RULE_QUOTA || v->rule == RULE_AFFINITY) &&
	             debug_on(p, "updatemaxprocs");
	note_environment(v, p);
	note_quota(v, p);
	note_doubts(v, p);
}
