// report_notes.c - the verdict on an experiment, and its limits, in words.
#include "report_notes.h"

#include "html.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// How an outcome other than ok is told.
static const char *const told[STORE_OUTCOMES] = {
	[STORE_WRONG] = "gave a wrong answer",
	[STORE_CRASH] = "crashed",
	[STORE_TIMEOUT] = "timed out",
	[STORE_STARVED] = "starved under the M cap",
	[STORE_DEADLOCK] = "deadlocked",
	[STORE_UNSUPPORTED] = "cannot run on this machine",
	[STORE_ERROR] = "failed otherwise",
};

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

// planned returns how many trials the plan asks for; 0 when it does not tell.
static size_t planned(const struct summary *s, const struct store_experiment *e)
{
	json_t *plan = json_loads(e->plan, 0, NULL);
	json_int_t reps = json_integer_value(json_object_get(plan, "reps"));
	bool may_end_early = json_object_get(plan, "until");
	json_decref(plan);
	return reps > 0 && !may_end_early ? (size_t)reps * s->n_point : 0;
}

static size_t count_disturbed(const struct summary *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_trial; i++)
		n += s->trial[i].disturbed;
	return n;
}

// of_program says whether it was a program that was measured, of whose answers nobody
// knows whether they are right.
static bool of_program(const struct summary *s)
{
	return s->n_point && !strcmp(s->point[0].subject, "program");
}

void report_verdict(FILE *out, const struct summary *s,
                    const struct store_experiment *e)
{
	size_t good = s->outcome[STORE_OK];
	size_t unsupported = s->outcome[STORE_UNSUPPORTED];
	size_t all = planned(s, e);
	bool bad = good + unsupported < s->n_trial || !s->n_trial;
	fprintf(out, "<p class=\"verdict%s\">%zu trial%s at %zu point%s: %zu %s",
	        bad ? " bad" : "", s->n_trial, plural(s->n_trial), s->n_point,
	        plural(s->n_point), good,
	        of_program(s) ? "ended well" : "verified");
	for (size_t i = 0; i < STORE_OUTCOMES; i++) {
		if (told[i] && s->outcome[i])
			fprintf(out, ", %zu %s", s->outcome[i], told[i]);
	}
	if (all > s->n_trial)
		fprintf(out, ". %zu of %zu planned are still to be run",
		        all - s->n_trial, all);
	if (count_disturbed(s))
		fprintf(out, ". %zu were disturbed by others",
		        count_disturbed(s));
	fputs(".</p>\n", out);
}

int report_count_cpus(const char *list)
{
	long count = 0;
	for (const char *s = list;;) {
		char *end;
		if (*s < '0' || *s > '9')
			return 0;
		long first = strtol(s, &end, 10), last = first;
		if (*end == '-') {
			s = end + 1;
			if (*s < '0' || *s > '9')
				return 0;
			last = strtol(s, &end, 10);
		}
		if (last < first || last > 1000000)
			return 0;
		count += last - first + 1;
		if (*end == '\0')
			return count <= 1000000 ? (int)count : 0;
		if (*end != ',')
			return 0;
		s = end + 1;
	}
}

static int cpus_in(const json_t *object, const char *key)
{
	const char *list = json_string_value(json_object_get(object, key));
	return list ? report_count_cpus(list) : 0;
}

int report_cpus(const struct store_experiment *e)
{
	json_t *plan = json_loads(e->plan, 0, NULL);
	json_t *facts = json_loads(e->environment, 0, NULL);
	json_int_t online = json_integer_value(
		json_object_get(facts, "cpus_online"));
	int cpus = cpus_in(plan, "cpus");
	if (!cpus)
		cpus = cpus_in(facts, "cpus_allowed");
	if (!cpus && online > 0 && online < 1000000)
		cpus = (int)online;
	json_decref(plan);
	json_decref(facts);
	return cpus;
}

//---------------------------------------------------------------------------
// Notes
//---------------------------------------------------------------------------

static void note_machine(FILE *out, const struct store_experiment *e)
{
	json_t *facts = json_loads(e->environment, 0, NULL);
	int cpus = report_cpus(e);
	if (cpus)
		fprintf(out,
		        "<li>The trials could use %d CPU%s. Beyond that GOMAXPROCS "
		        "shows oversubscription, not scaling.\n",
		        cpus, plural((size_t)cpus));
	if (json_is_true(json_object_get(facts, "virtual_machine")))
		fputs("<li>This is a virtual machine: wake-ups are slower than on "
		      "bare metal, the host may take CPUs away (steal), and hardware "
		      "counters may be missing.\n",
		      out);
	if (json_is_false(json_object_get(facts, "optimized")))
		fputs("<li>Dyno was compiled without optimization: compare policies "
		      "with each other, not with anything else.\n",
		      out);
	json_decref(facts);
}

// note_noise tells how busy the machine was with other things.
static void note_noise(FILE *out, const struct summary *s)
{
	double *share = NULL, stolen = 0;
	size_t n = 0;
	share = malloc((s->n_trial + 1) * sizeof *share);
	for (size_t i = 0; share && i < s->n_trial; i++) {
		const struct summary_trial *t = &s->trial[i];
		if (isfinite(t->steal_s))
			stolen += t->steal_s;
		if (isfinite(t->foreign_cpu_s) && t->wall_s > 0)
			share[n++] = fmax(0, t->foreign_cpu_s) / t->wall_s;
	}
	if (n) {
		stats_sort(share, n);
		fprintf(out,
		        "<li>Other processes used %.2f CPUs during the median trial "
		        "and %.2f during the worst; the host stole %.2f s in all. "
		        "What is measured while others run is a lower bound.\n",
		        stats_median(share, n), share[n - 1], stolen);
	}
	free(share);
}

// note_disturbed says what became of the trials that had company.
static void note_disturbed(FILE *out, const struct summary *s)
{
	size_t used = 0, n = count_disturbed(s);
	for (size_t i = 0; i < s->n_point; i++)
		used += s->point[i].disturbed_used;
	if (!n)
		return;
	fprintf(out,
	        "<li>During %zu trial%s others used more of the CPUs than the plan "
	        "allows (foreign_limit). They are left out",
	        n, plural(n));
	if (used)
		fprintf(out,
		        ", except at %zu point%s where most were disturbed: there "
		        "all are used",
		        used, plural(used));
	fputs(".\n", out);
}

static void note_hosts(FILE *out, const struct summary *s)
{
	const char *first = NULL;
	for (size_t i = 0; i < s->n_trial; i++) {
		const char *host = s->trial[i].hostname;
		if (!*host)
			continue;
		if (first && strcmp(first, host)) {
			fputs("<li><strong>The trials ran on several machines</strong> (",
			      out);
			html_text(out, first);
			fputs(", ", out);
			html_text(out, host);
			fputs("): do not compare them.\n", out);
			return;
		}
		first = host;
	}
}

void report_notes(FILE *out, const struct summary *s,
                  const struct store_experiment *e)
{
	fputs("<h2>Before you believe a number</h2>\n<ul>\n", out);
	note_machine(out, e);
	note_noise(out, s);
	note_disturbed(out, s);
	note_hosts(out, s);
	fprintf(out,
	        "<li>A trial is one fresh process; %s. "
	        "Intervals are percentile bootstrap intervals of the median over "
	        "trials (%d resamples, seeded).\n"
	        "<li>Intervals of two points that overlap do not show that the "
	        "points are equal, and with many points some will differ by "
	        "chance.\n</ul>\n",
	        of_program(s) ? "that it ended with status 0 is all that is known "
	                        "of its answer"
	                      : "its answer was verified",
	        BOOTSTRAP_RESAMPLES);
}
