// slo_trial.c - what a trial tells of what is promised.
#include "slo_trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_time(const char *unit)
{
	return strcmp(unit, "s") == 0 || strcmp(unit, "ns") == 0;
}

static const struct store_metric *find(const struct store_trial *t,
                                       const char *name)
{
	for (size_t i = 0; i < t->n_metric; i++)
		if (strcmp(t->metric[i].name, name) == 0)
			return &t->metric[i];
	return NULL;
}

static double value_of(const struct store_metric *m)
{
	if (!m)
		return NAN;
	return strcmp(m->unit, "s") == 0 ? m->value * 1e9 : m->value;
}

double slo_trial_value(const struct store_trial *t, const char *name)
{
	return value_of(find(t, name));
}

void slo_trial_values(const struct slo *slo, bool program,
                      const struct store_trial *t, double *value, bool *time,
                      char *misfit, size_t len)
{
	for (size_t i = 0; i < slo->n; i++) {
		const struct slo_condition *c = &slo->condition[i];
		const char *name = slo_metric(c, program);
		const struct store_metric *m = find(t, name);

		value[i] = value_of(m);
		if (t->outcome != STORE_OK)
			continue;
		time[i] = m && is_time(m->unit);
		if (!m)
			snprintf(misfit, len,
			         "the trials tell no %.100s, of which the slo speaks",
			         name);
		else if (c->limited && c->time != time[i])
			snprintf(misfit, len,
			         "the slo gives %.100s a limit that is %s, and its "
			         "unit is '%.40s': %s",
			         name, c->time ? "a time" : "no time", m->unit,
			         c->time ? "put a group around the unit in its "
			                   "--metric"
			                 : "write a time with its unit, such as "
			                   "200us");
	}
}
