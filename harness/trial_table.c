// trial_table.c - a trial's document as a table for people: what was run above,
// then blocks of name, value and meaning.
#include "trial_table.h"

#include "counters.h"
#include "metric_meaning.h"

#include <dyno/stats.h>
#include <errno.h>
#include <results/table.h>
#include <results/unit.h>
#include <string.h>

enum { CELL = 64 };

#define OVERHEAD_MOST 0.01 // what the runner may take of a trial and not say

static const char *text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

static int row(struct table *t, const char *name, const char *value,
               const char *meaning)
{
	const char *cell[] = {name, value, meaning};

	return table_row(t, cell);
}

static int number_row(struct table *t, const char *name, double value,
                      const char *unit, const char *meaning)
{
	char cell[CELL];

	return row(t, name, unit_format(cell, sizeof cell, value, unit), meaning);
}

static void print_program(const json_t *doc, FILE *out)
{
	long long procs = json_integer_value(json_object_get(doc, "procs"));

	fprintf(out, "%s\nGOMAXPROCS ", text_of(doc, "workload"));
	if (procs)
		fprintf(out, "%lld\n\n", procs);
	else
		fputs("not set\n\n", out);
}

static void print_cap(const json_t *doc, FILE *out)
{
	const json_t *cap = json_object_get(doc, "m_cap");

	if (json_is_integer(cap))
		fprintf(out, "%lld\n", (long long)json_integer_value(cap));
	else
		fprintf(out, "none\n");
}

static void print_head(const json_t *doc, FILE *out)
{
	long long procs = json_integer_value(json_object_get(doc, "procs"));
	json_t *params = json_object_get(doc, "params"), *value;
	const char *name, *between = "";

	if (json_object_get(doc, "command")) {
		print_program(doc, out);
		return;
	}
	fprintf(out, "%s  ", text_of(doc, "workload"));
	if (strcmp(text_of(doc, "subject"), "threads") == 0) {
		fprintf(out, "kernel threads on %lld CPUs, by affinity\n", procs);
	} else if (strcmp(text_of(doc, "subject"), "go") == 0) {
		fprintf(out, "%s  GOMAXPROCS %lld\n",
		        text_of(doc, "go_version"), procs);
	} else {
		fprintf(out, "policy %s  GOMAXPROCS %lld  M cap ",
		        text_of(doc, "policy"), procs);
		print_cap(doc, out);
	}
	json_object_foreach(params, name, value)
	{
		fprintf(out, "%s%s=%lld", between, name,
		        (long long)json_integer_value(value));
		between = "  ";
	}
	fprintf(out, "%sseed=%lld  verified\n\n", between,
	        (long long)json_integer_value(json_object_get(doc, "seed")));
}

// throughput_note says what an operation is and how the rounds differed.
static void throughput_note(const json_t *doc, const char *unit, char *out,
                            size_t outlen)
{
	const json_t *cv = json_object_get(
		json_object_get(doc, "round_throughput"), "cv");
	long long rounds = json_integer_value(json_object_get(doc, "rounds"));

	if (json_is_number(cv))
		snprintf(out, outlen, "op: %s; %lld rounds, CV %.1f %%",
		         text_of(doc, "op"), rounds, 100 * json_number_value(cv));
	else if (rounds)
		snprintf(out, outlen, "op: %s; %lld round", text_of(doc, "op"),
		         rounds);
	else if (*text_of(doc, "op"))
		snprintf(out, outlen, "op: %s", text_of(doc, "op"));
	else if (strcmp(unit, "op/s") == 0)
		snprintf(out, outlen, "the geometric mean of the benchmarks");
}

// watch_note says what the numbers of a program's threads mean.
static void watch_note(const json_t *doc, const char *name, char *out,
                       size_t outlen)
{
	static const char *const meaning[][2] = {
		{"threads_max", "the most at once"},
		{"threads_mean", "over time"},
		{"runqueue_wait", "ready without a CPU, all threads together"},
		{"runqueue_wait_share", "of the time that threads were ready"},
	};
	const json_t *watch = json_object_get(doc, "threads");
	const json_t *seen = json_object_get(watch, "seen");

	for (size_t i = 0; i < sizeof meaning / sizeof *meaning; i++)
		if (strcmp(name, meaning[i][0]) == 0)
			snprintf(out, outlen,
			         "%s (proc, %lld looks, %.0f %% of the CPU time "
			         "seen)",
			         meaning[i][1],
			         (long long)json_integer_value(
					 json_object_get(watch, "looks")),
			         100 * json_number_value(seen));
}

// metric_row says in words what makes a trial's latencies worthless: more was asked
// than could be served, or who asked had to wait for a CPU.
static int metric_row(struct table *t, const json_t *doc, const json_t *metric)
{
	double value = json_number_value(json_object_get(metric, "value"));
	const char *name = text_of(metric, "name");
	char note[128] = "", percent[CELL];

	if (strcmp(name, "throughput") == 0)
		throughput_note(doc, text_of(metric, "unit"), note, sizeof note);
	else if (strcmp(name, "unreached") == 0 && value > 0)
		snprintf(note, sizeof note,
		         "of the rounds could not serve the offered rate: lower "
		         "the load");
	else if (strcmp(name, "generator_own_cpus") == 0 && value == 0)
		snprintf(note, sizeof note,
		         "the generator shares CPUs with Ms: --pin compact leaves "
		         "it some, where there are more than Ps");
	else if (json_object_get(doc, "threads"))
		watch_note(doc, name, note, sizeof note);
	else
		metric_meaning(text_of(doc, "workload"), name, note, sizeof note);
	if (strcmp(name, "runqueue_wait_share") == 0) {
		snprintf(percent, sizeof percent, "%.1f %%", 100 * value);
		return row(t, name, percent, note);
	}
	return number_row(t, name, value, text_of(metric, "unit"), note);
}

static int metric_rows(struct table *t, const json_t *doc)
{
	const json_t *metric;
	size_t i;
	int err = 0;

	json_array_foreach(json_object_get(doc, "metrics"), i, metric) if (!err)
		err = metric_row(t, doc, metric);
	return err;
}

static const char *stats_meaning(const char *name)
{
	for (size_t i = 0; dy_stats_name(i); i++)
		if (strcmp(name, dy_stats_name(i)) == 0)
			return dy_stats_help(i);
	return "at the end, or its largest value";
}

static int scheduler_rows(struct table *t, json_t *doc)
{
	json_t *all = json_object_get(doc, "scheduler"), *value;
	const char *name;
	int err = all ? table_gap(t) : 0; // a program tells nothing

	json_object_foreach(all, name,
	                    value) if (!err && json_integer_value(value) != 0)
		err = number_row(t, name, (double)json_integer_value(value),
	                         "1", stats_meaning(name));
	return err;
}

// counter_meaning says what is counted: of a program, what the catalogue has of Ms
// is of threads.
static const char *counter_meaning(const char *name, bool program)
{
	static const char *const of_programs[][2] = {
		{"context-switches", "times a thread left its CPU"},
		{"cpu-migrations", "times a thread was moved to another CPU"},
		{"page-faults", "first touches of pages"},
		{"task-clock", "CPU time of all threads"},
		{"major-faults", "page faults that read from a disk"},
		{"load-cpu-time", "CPU time of the load"},
	};
	int i = counters_find(name);

	for (size_t k = 0; k < sizeof of_programs / sizeof *of_programs; k++)
		if (program && strcmp(name, of_programs[k][0]) == 0)
			return of_programs[k][1];
	return i < 0 ? "" : counters_catalogue((size_t)i)->help;
}

// counter_row shows where the value comes from and what it covers.
static int counter_row(struct table *t, const json_t *counter, bool program)
{
	double value = json_number_value(json_object_get(counter, "value"));
	char note[160];

	snprintf(note, sizeof note, "%s (%s, %s)",
	         counter_meaning(text_of(counter, "name"), program),
	         text_of(counter, "source"), text_of(counter, "scope"));
	return value == 0 ? 0
	                  : number_row(t, text_of(counter, "name"), value,
	                               text_of(counter, "unit"), note);
}

static int counter_rows(struct table *t, const json_t *doc)
{
	const bool program = json_object_get(doc, "command") != NULL;
	const json_t *counter;
	size_t i;
	int err = table_gap(t);

	json_array_foreach(json_object_get(doc, "counters"), i, counter) if (!err)
		err = counter_row(t, counter, program);
	return err;
}

// trace_rows shows what Go's scheduler said in a run of its own.
static int trace_rows(struct table *t, const json_t *doc)
{
	json_t *trace = json_object_get(doc, "schedtrace"), *value;
	const char *name;
	char note[80];
	int err = trace ? table_gap(t) : 0;

	json_object_foreach(trace, name, value)
	{
		if (err || !json_is_object(value))
			continue;
		snprintf(note, sizeof note,
		         "mean; at most %lld (schedtrace, a run of its own)",
		         (long long)json_integer_value(
				 json_object_get(value, "max")));
		err = number_row(t, name,
		                 json_number_value(json_object_get(value, "mean")),
		                 "1", note);
	}
	return err;
}

// overhead_row shows a share of the runner's own; too large a one is said.
static int overhead_row(struct table *t, const json_t *doc, const char *key,
                        const char *name, const char *meaning)
{
	const json_t *share = json_object_get(json_object_get(doc, "overhead"),
	                                      key);
	char value[CELL], note[160];

	if (!json_is_number(share))
		return 0;
	snprintf(value, sizeof value, "%.2g %%", 100 * json_number_value(share));
	snprintf(note, sizeof note, "%s%s", meaning,
	         json_number_value(share) > OVERHEAD_MOST
	                 ? ": above 1 %, take longer rounds (--size, --param)"
	                 : "");
	return row(t, name, value, note);
}

static int overhead_rows(struct table *t, const json_t *doc)
{
	int err = overhead_row(t, doc, "in_rounds", "timing",
	                       "of the rounds' time is the runner's");

	if (err)
		return err;
	return overhead_row(t, doc, "between_rounds", "reading counters",
	                    "of the time from the first round to the last");
}

// load_row shows how much of what was used was the load's.
static int load_row(struct table *t, const json_t *doc)
{
	const json_t *cpus = json_object_get(doc, "load_cpus");
	const bool own = json_is_true(json_object_get(cpus, "own"));
	char value[CELL], note[160];

	if (!cpus)
		return 0;
	snprintf(value, sizeof value, "%.1f %%",
	         100 * json_number_value(json_object_get(cpus, "share")));
	snprintf(note, sizeof note,
	         "of the CPU time was the load's, on %s CPUs %.60s",
	         own ? "its own" : "the same", text_of(cpus, "cpus"));
	return row(t, "load", value, note);
}

// quota_row shows what the trial's own quota did to it.
static int quota_row(struct table *t, const json_t *doc)
{
	const json_t *quota = json_object_get(doc, "quota");
	const json_t *throttled = json_object_get(quota, "throttled_s");
	char note[160];

	if (!json_is_number(throttled))
		return 0;
	snprintf(note, sizeof note,
	         "by the quota of %g CPUs, in %lld of %lld periods; all CPUs together",
	         json_number_value(json_object_get(quota, "cpus")),
	         (long long)json_integer_value(
			 json_object_get(quota, "throttled_periods")),
	         (long long)json_integer_value(json_object_get(quota, "periods")));
	return number_row(t, "throttled", json_number_value(throttled), "s",
	                  note);
}

static int noise_rows(struct table *t, const json_t *doc)
{
	static const struct {
		const char *key, *name, *meaning;
	} facts[] = {
		{"foreign_cpu_s", "foreign CPU",
	         "used by others on the trial's CPUs"},
		{"steal_s", "steal", "taken by the hypervisor"},
		{"throttled_s", "throttled above",
	         "stopped by the quotas of dyno's own control groups"},
		{"harness_cpu_s", "harness CPU", "used by dyno meanwhile"},
		{"wall_s", "wall time", "of the whole process"},
	};
	const json_t *noise = json_object_get(doc, "noise");
	const json_t *idle = json_object_get(doc, "idle_cpu");
	int err = table_gap(t);

	if (!err && json_is_number(idle))
		err = number_row(t, "idle CPU", json_number_value(idle), "1",
		                 "CPUs kept busy afterwards, with nothing to run");
	if (!err)
		err = load_row(t, doc);
	if (!err)
		err = quota_row(t, doc);
	if (!err)
		err = overhead_rows(t, doc);
	for (size_t i = 0; !err && i < sizeof facts / sizeof *facts; i++) {
		const json_t *value = json_object_get(noise, facts[i].key);
		bool quiet = strcmp(facts[i].key, "throttled_s") == 0 &&
		             json_number_value(value) == 0;

		if (json_is_number(value) && !quiet)
			err = number_row(t, facts[i].name,
			                 json_number_value(value), "s",
			                 facts[i].meaning);
	}
	if (!err && json_is_true(json_object_get(noise, "disturbed")))
		err = row(t, "disturbed", "yes",
		          "others used more than --foreign-limit");
	return err;
}

int trial_table_print(json_t *doc, FILE *out)
{
	static const struct table_column columns[] = {
		{"", TABLE_LEFT}, {"value", TABLE_RIGHT}, {"", TABLE_LEFT}};
	struct table *t = table_new(columns, 3);
	int err = t ? 0 : -ENOMEM;

	if (err)
		return err;
	print_head(doc, out);
	err = metric_rows(t, doc);
	if (!err)
		err = scheduler_rows(t, doc);
	if (!err)
		err = counter_rows(t, doc);
	if (!err)
		err = trace_rows(t, doc);
	if (!err)
		err = noise_rows(t, doc);
	if (!err)
		err = table_print(t, out);
	table_free(t);
	return err;
}
