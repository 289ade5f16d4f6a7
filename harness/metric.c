// metric.c - numbers out of what a program prints.
//
// Its output is hostile: bounded already, it is cut into lines, and each line is
// matched by itself.
#include "metric.h"

#include "bench_metrics.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <results/utf8.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = 3, LINE_MAX_BYTES = 4096 };

static bool is_there(const json_t *metrics, const char *name)
{
	const json_t *m;
	size_t i;

	json_array_foreach(metrics, i, m)
	{
		const char *other = json_string_value(json_object_get(m, "name"));

		if (other && strcmp(other, name) == 0)
			return true;
	}
	return false;
}

int metric_add(json_t *metrics, const char *name, const char *unit,
               const char *better, double value)
{
	char name_text[256], unit_text[64];
	json_t *m;

	if (json_array_size(metrics) >= METRICS_MAX)
		return -E2BIG;
	utf8_clean(name_text, sizeof name_text, name);
	if (is_there(metrics, name_text))
		return -EEXIST;
	m = json_pack("{s:s, s:s, s:s, s:f}", "name", name_text, "unit",
	              utf8_clean(unit_text, sizeof unit_text, unit), "better",
	              better, "value", value);
	return m ? json_array_append_new(metrics, m) : -EINVAL;
}

//---------------------------------------------------------------------------
// Regular expressions
//---------------------------------------------------------------------------

int metric_check(const char *text, char *why, size_t whylen)
{
	regex_t re;
	int err;

	if (strcmp(text, "runs") == 0 || strcmp(text, "go-bench") == 0)
		return 0;
	err = regcomp(&re, text, REG_EXTENDED);
	if (err) {
		regerror(err, &re, why, whylen);
		return -EINVAL;
	}
	err = re.re_nsub < 1 || re.re_nsub >= GROUPS ? -EINVAL : 0;
	if (err)
		snprintf(why, whylen,
		         "it needs a group around the number, and one around "
		         "the unit at most");
	regfree(&re);
	return err;
}

// name_of takes the words before the first group, as far as they are meant
// literally.
static void name_of(const char *rule, char *name, size_t size)
{
	size_t n = 0;

	for (; *rule && *rule != '(' && n + 1 < size; rule++)
		if (isalnum((unsigned char)*rule) || strchr("/_%- ", *rule))
			name[n++] = *rule;
		else if (n && strchr(".*+?\\[{", *rule))
			break;
	while (n && !isalnum((unsigned char)name[n - 1]) && name[n - 1] != '%')
		n--;
	name[n] = '\0';
	if (!n)
		snprintf(name, size, "metric");
}

void metric_name(const char *rule, char *name, size_t size)
{
	if (strcmp(rule, "runs") == 0)
		snprintf(name, size, "throughput");
	else if (strcmp(rule, "go-bench") == 0)
		*name = '\0';
	else
		name_of(rule, name, size);
}

// A number that a line holds.
struct found {
	double value;
	char unit[16];
	bool any;
};

// scale makes seconds of times, so that 950us and 1.2ms are of one unit.
static void scale(struct found *f)
{
	static const struct {
		const char *unit;
		double seconds;
	} times[] = {{"ns", 1e-9}, {"us", 1e-6}, {"µs", 1e-6},
	             {"ms", 1e-3}, {"s", 1},     {"m", 60}};

	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (strcmp(f->unit, times[i].unit) == 0) {
			f->value *= times[i].seconds;
			strcpy(f->unit, "s");
			return;
		}
}

static void copy_group(const char *line, regmatch_t m, char *out, size_t size)
{
	snprintf(out, size, "%.*s", m.rm_so < 0 ? 0 : (int)(m.rm_eo - m.rm_so),
	         line + (m.rm_so < 0 ? 0 : m.rm_so));
}

static void match(const regex_t *re, const char *line, struct found *f)
{
	regmatch_t m[GROUPS] = {{0, 0}, {-1, -1}, {-1, -1}};
	char number[64], *end;
	double value;

	if (regexec(re, line, re->re_nsub + 1, m, 0) != 0 ||
	    m[1].rm_eo - m[1].rm_so >= (int)sizeof number ||
	    m[1].rm_eo == LINE_MAX_BYTES - 1) // it may have been cut
		return;
	copy_group(line, m[1], number, sizeof number);
	value = strtod(number, &end);
	if (end == number || *end || !isfinite(value))
		return;
	f->value = value;
	f->any = true;
	snprintf(f->unit, sizeof f->unit, "1");
	if (re->re_nsub > 1 && m[2].rm_eo > m[2].rm_so)
		copy_group(line, m[2], f->unit, sizeof f->unit);
	scale(f);
}

static struct found search(const regex_t *re, const struct trial_process *p)
{
	struct found f = {.any = false};
	size_t at = 0;

	while (at < p->output_len) {
		const char *start = p->output + at;
		const char *end = memchr(start, '\n', p->output_len - at);
		size_t len = end ? (size_t)(end - start) : p->output_len - at;
		char line[LINE_MAX_BYTES];
		size_t n = len < sizeof line - 1 ? len : sizeof line - 1;

		for (size_t i = 0; i < n; i++)
			line[i] = start[i] ? start[i] : '?';
		line[n] = '\0';
		match(re, line, &f);
		at += len + 1;
	}
	return f;
}

static int collect_regex(const char *rule, const char *better,
                         const struct trial_process *p, json_t *metrics,
                         char *why, size_t whylen)
{
	char name[METRIC_NAME_MAX];
	struct found f;
	regex_t re;

	if (regcomp(&re, rule, REG_EXTENDED) != 0)
		return -EINVAL;
	f = search(&re, p);
	regfree(&re);
	if (!f.any) {
		snprintf(why, whylen,
		         "no line of its output has a number where '%.100s' says%s",
		         rule, p->output_cut ? ", and the output was cut" : "");
		return -ENODATA;
	}
	name_of(rule, name, sizeof name);
	return metric_add(metrics, name, f.unit, better, f.value);
}

int metric_collect(const char *rule, const char *better,
                   const struct metric_source *from, json_t *metrics, char *why,
                   size_t whylen)
{
	const struct trial_process *p = from->process;

	if (strcmp(rule, "runs") == 0)
		return metric_add(metrics, "throughput", "op/s", "higher",
		                  1 / p->seconds);
	if (strcmp(rule, "go-bench") == 0)
		return bench_metrics(from, metrics, why, whylen);
	return collect_regex(rule, better, p, metrics, why, whylen);
}
