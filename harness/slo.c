// slo.c - what is promised: p99<=200us,p50<=50us.
#include "slo.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *metric;
} quantiles[] = {
	{"p50", "latency_p50"},    {"p90", "latency_p90"},
	{"p99.9", "latency_p999"}, {"p99", "latency_p99"},
	{"max", "latency_max"},
};

struct reader {
	struct slo *slo;
	const char *text, *at;
	char *why;
	size_t whylen;
};

static int refuse(const struct reader *rd, const char *wanted)
{
	snprintf(rd->why, rd->whylen, "at column %zu %s is missing, not '%.20s'",
	         (size_t)(rd->at - rd->text) + 1, wanted, rd->at);
	return -EINVAL;
}

// skip passes over a word, if it is next.
static bool skip(struct reader *rd, const char *word)
{
	size_t n = strlen(word);
	bool is = strncmp(rd->at, word, n) == 0;

	rd->at += is ? n : 0;
	return is;
}

// word copies letters, digits and points; 0 when there are none, or too many.
static size_t word(const struct reader *rd, char *out, size_t size)
{
	size_t n = 0;

	while (isalnum((unsigned char)rd->at[n]) || rd->at[n] == '.')
		n++;
	if (n >= size)
		return 0;
	memcpy(out, rd->at, n);
	out[n] = '\0';
	return n;
}

// take_factor reads 3*@5, whose 3 has been read.
static int take_factor(struct reader *rd, struct slo_condition *c, double factor)
{
	char text[32];
	size_t n = word(rd, text, sizeof text);
	int64_t base;

	if (!n || number_with_unit(text, "1/s", &base) != 0 || base < 1)
		return refuse(rd, "a value of the parameter, such as 5,");
	if (rd->slo->base && rd->slo->base != base)
		return refuse(rd, "the value after the first @");
	rd->slo->base = base;
	rd->at += n;
	c->factor = factor;
	return 0;
}

// take_limit reads a time, or a number without a unit.
static int take_limit(struct slo_condition *c, const char *text)
{
	uint64_t ns;
	char *end;

	c->limited = true;
	c->time = number_duration(text, &ns) == 0;
	if (c->time) {
		c->limit = (double)ns;
		return ns ? 0 : -EINVAL;
	}
	c->limit = strtod(text, &end);
	return text[strspn(text, "0123456789.")] || *end || end == text ? -EINVAL
	                                                                : 0;
}

static int take_term(struct reader *rd, struct slo_condition *c)
{
	char text[32], *end;
	size_t n = word(rd, text, sizeof text);
	double factor = n ? strtod(text, &end) : 0;

	if (n && strncmp(rd->at + n, "*@", 2) == 0) {
		if (!isdigit((unsigned char)*text) || *end || !(factor > 0) ||
		    factor > 1e6 || c->factor > 0)
			return refuse(rd, "one factor above 0");
		rd->at += n + 2;
		return take_factor(rd, c, factor);
	}
	if (n && c->limited)
		return refuse(rd, "a factor, such as 3*@5,");
	if (!n || take_limit(c, text) != 0)
		return refuse(rd, "a time, such as 200us, or 3*@5");
	rd->at += n;
	return 0;
}

static int take_bound(struct reader *rd, struct slo_condition *c)
{
	int err;

	if (!skip(rd, "max("))
		return take_term(rd, c);
	err = take_term(rd, c);
	if (!err && !skip(rd, ","))
		return refuse(rd, "a comma");
	if (!err)
		err = take_term(rd, c);
	if (!err && !skip(rd, ")"))
		return refuse(rd, "a )");
	return err;
}

static int take_condition(struct reader *rd)
{
	struct slo_condition *c = &rd->slo->condition[rd->slo->n];
	size_t n = strcspn(rd->at, "<>,");

	if (rd->slo->n == SLO_MAX)
		return refuse(rd, "the end: that is enough, and it");
	if (!n || n >= sizeof c->name)
		return refuse(rd, "the name of a metric, such as p99,");
	c->column = (size_t)(rd->at - rd->text) + 1;
	memcpy(c->name, rd->at, n);
	rd->at += n;
	rd->slo->n++;
	if (!skip(rd, "<="))
		return refuse(rd, "<=");
	c->bound_at = (size_t)(rd->at - rd->text) + 1;
	return take_bound(rd, c);
}

int slo_parse(struct slo *slo, const char *text, char *why, size_t whylen)
{
	struct reader rd = {slo, text, text, why, whylen};
	int err;

	*slo = (struct slo){.n = 0};
	do
		err = take_condition(&rd);
	while (!err && skip(&rd, ","));
	if (!err && *rd.at)
		return refuse(&rd, "a comma or the end");
	return err;
}

const char *slo_quantile(const char *name)
{
	for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
		if (strcmp(name, quantiles[i].name) == 0)
			return quantiles[i].metric;
	return NULL;
}

const char *slo_metric(const struct slo_condition *c, bool program)
{
	return program ? c->name : slo_quantile(c->name);
}

int slo_of_workloads(const struct slo *slo, char *why, size_t whylen)
{
	for (size_t i = 0; i < slo->n; i++) {
		const struct slo_condition *c = &slo->condition[i];
		bool known = slo_quantile(c->name);

		if (known && (c->time || !c->limited))
			continue;
		snprintf(why, whylen, "at column %zu %s is missing",
		         known ? c->bound_at : c->column,
		         known ? "a time with its unit, such as 200us,"
		               : "p50, p90, p99, p99.9 or max");
		return -EINVAL;
	}
	return 0;
}

int slo_of_program(const struct slo *slo, const struct words *names, char *why,
                   size_t whylen)
{
	for (size_t i = 0; i < slo->n; i++) {
		const struct slo_condition *c = &slo->condition[i];
		size_t used;

		if (words_find(names, c->name) >= 0)
			continue;
		used = (size_t)snprintf(why, whylen,
		                        "at column %zu the name of a metric is "
		                        "missing, of which there are:",
		                        c->column);
		for (size_t k = 0; k < names->n && used < whylen; k++)
			used += (size_t)snprintf(why + used, whylen - used,
			                         " '%s'", names->v[k]);
		return -EINVAL;
	}
	return 0;
}

bool slo_met(const struct slo *slo, const double *value, const double *base)
{
	for (size_t i = 0; i < slo->n; i++) {
		const struct slo_condition *c = &slo->condition[i];
		double bound = c->limit; // 0 where there is none

		if (c->factor > 0 && c->factor * base[i] > bound)
			bound = c->factor * base[i];
		if (!(value[i] <= bound))
			return false;
	}
	return true;
}
