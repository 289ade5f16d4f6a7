// bench_metrics.c - Go benchmark text that a program prints, as metrics of its trial.
//
// Go writes GOMAXPROCS behind a benchmark's name, "Sort-4", unless it is 1. The point
// has it already, and with it in the name a sweep would find another metric at each
// of its values. So it is taken off where all names end in it. Where GOMAXPROCS is
// not set, it may be any number up to that of the CPUs.
//
// The packages of a module may have benchmarks of one name; then the package stands
// before it, as Go writes it: example.com/ring.Put.
#include "bench_metrics.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <results/gobench.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROCS_MAX = 4096 };

//---------------------------------------------------------------------------
// Names
//---------------------------------------------------------------------------

// name_len returns the length of a name without "-N"; *n is N, or 0 without.
static size_t name_len(const char *name, long *n)
{
	size_t len = strlen(name), at = len;

	*n = 0;
	while (at && isdigit((unsigned char)name[at - 1]))
		at--;
	if (at == len || at < 2 || name[at - 1] != '-' || name[at] == '0')
		return len;
	*n = strtol(name + at, NULL, 10);
	return at - 1;
}

// common_procs returns the number that all names end in, if it can be GOMAXPROCS; 0:
// there is none.
static long common_procs(const struct samples *s, const struct metric_source *from)
{
	long all = 0, n;

	for (size_t i = 0; i < s->n; i++) {
		name_len(s->row[i].name, &n);
		if (!n || (all && n != all))
			return 0;
		all = n;
	}
	if (from->procs)
		return all == from->procs ? all : 0;
	return all <= from->cpus && all <= PROCS_MAX ? all : 0;
}

static bool several_groups(const struct samples *s)
{
	for (size_t i = 1; i < s->n; i++)
		if (strcmp(s->row[i].group, s->row[0].group) != 0)
			return true;
	return false;
}

// package_of finds the package in what stood before a benchmark: where its name
// begins, and how long it is.
static const char *package_of(const char *group, int *len)
{
	static const char key[] = "pkg: ";

	while (*group && strncmp(group, key, sizeof key - 1) != 0) {
		group += strcspn(group, "\n");
		group += *group == '\n';
	}
	group += *group ? sizeof key - 1 : 0;
	*len = (int)strcspn(group, "\n");
	return group;
}

static void write_name(const struct samples *s, const struct samples_row *row,
                       bool without_procs, char *out, size_t size)
{
	size_t len = strlen(row->name);
	const char *package = "";
	int n = 0;
	long procs;

	if (without_procs)
		len = name_len(row->name, &procs);
	if (several_groups(s))
		package = package_of(row->group, &n);
	snprintf(out, size, "%.*s%s%.*s %.40s", n < 100 ? n : 100, package,
	         n ? "." : "", len < 200 ? (int)len : 200, row->name, row->unit);
}

//---------------------------------------------------------------------------
// Values
//---------------------------------------------------------------------------

static double mean(const struct samples_row *row)
{
	double sum = 0;

	for (size_t i = 0; i < row->n; i++)
		sum += row->value[i];
	return sum / (double)row->n;
}

static int add_row(const struct samples *s, const struct samples_row *row,
                   bool without_procs, json_t *metrics, char *why, size_t whylen)
{
	char name[400];
	int err;

	write_name(s, row, without_procs, name, sizeof name);
	err = metric_add(metrics, name, row->unit,
	                 samples_better_name(row->better), mean(row));
	if (err == -EEXIST)
		snprintf(why, whylen, "it has two benchmarks called %.100s",
		         name);
	else if (err)
		snprintf(why, whylen, "its benchmarks cannot be kept: %s",
		         strerror(-err));
	return err;
}

// add_throughput adds the geometric mean of the benchmarks that tell a time.
static int add_throughput(const struct samples *s, json_t *metrics)
{
	double logs = 0;
	size_t times = 0;
	int err;

	for (size_t i = 0; i < s->n; i++) {
		const struct samples_row *row = &s->row[i];

		if (!row->n || strcmp(row->unit, "sec/op") != 0 || mean(row) <= 0)
			continue;
		logs -= log(mean(row));
		times++;
	}
	if (!times)
		return 0;
	err = metric_add(metrics, "throughput", "op/s", "higher",
	                 exp(logs / (double)times));
	return err == -EEXIST ? 0 : err;
}

static int add_all(const struct samples *s, const struct metric_source *from,
                   json_t *metrics, char *why, size_t whylen)
{
	bool without_procs = common_procs(s, from) > 0;
	int err = 0;

	for (size_t i = 0; !err && i < s->n; i++)
		if (s->row[i].n)
			err = add_row(s, &s->row[i], without_procs, metrics,
			              why, whylen);
	if (err)
		return err;
	err = add_throughput(s, metrics);
	if (err)
		snprintf(why, whylen,
		         "the mean of its benchmarks cannot be kept: %s",
		         strerror(-err));
	return err;
}

int bench_metrics(const struct metric_source *from, json_t *metrics, char *why,
                  size_t whylen)
{
	const char *output = from->process->output;
	struct samples s = {.n = 0};
	char *text = strdup(output ? output : "");
	int err = text ? gobench_read(&s, text) : -ENOMEM;

	if (err)
		snprintf(why, whylen, "its benchmarks cannot be read: %s",
		         strerror(-err));
	if (!err && !s.n) {
		snprintf(why, whylen,
		         "its output has no line of Go benchmark text: was -bench given?");
		err = -ENODATA;
	}
	if (!err)
		err = add_all(&s, from, metrics, why, whylen);
	samples_free(&s);
	free(text);
	return err;
}
