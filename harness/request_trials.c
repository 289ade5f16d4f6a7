// request_trials.c - how many trials, how long, in what order, traced or not, and
// where they are kept.
#include "request_value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int request_duration(struct request *r, const char *text)
{
	request_begin(r, KEY_DURATION);
	return request_time(r, "duration", text, 0, &r->duration);
}

int request_timeout(struct request *r, const char *text)
{
	request_begin(r, KEY_TIMEOUT);
	return request_time(r, "timeout", text, 1000000, &r->timeout);
}

int request_budget(struct request *r, const char *text)
{
	request_begin(r, KEY_BUDGET);
	return request_time(r, "budget", text, 1000000, &r->budget);
}

int request_seed(struct request *r, const char *text)
{
	request_begin(r, KEY_SEED);
	return request_number(r, "seed", text, 1, REQUEST_SEED_MAX, &r->seed);
}

int request_reps(struct request *r, const char *text)
{
	request_begin(r, KEY_REPS);
	return request_number(r, "reps", text, 1, REQUEST_REPS_MAX, &r->reps);
}

int request_until(struct request *r, const char *text)
{
	request_begin(r, KEY_UNTIL);
	if (number_percent(text, &r->until) == 0)
		return 0;
	return request_refuse_value(
		r, "until",
		"a percentage above 0% and at most 100%, such as 2%", text);
}

int request_foreign_limit(struct request *r, const char *text)
{
	request_begin(r, KEY_FOREIGN_LIMIT);
	r->foreign_limit = 0;
	if (strcmp(text, "none") == 0 ||
	    number_percent(text, &r->foreign_limit) == 0)
		return 0;
	return request_refuse_value(r, "foreign-limit",
	                            "a percentage above 0% and at most 100%, "
	                            "such as 5%, or none",
	                            text);
}

int request_find_max(struct request *r, const char *text)
{
	request_begin(r, KEY_FIND_MAX);
	if (!*text)
		return request_refuse_value(r, "find-max",
		                            "a parameter of the workloads, "
		                            "such as load or rate",
		                            text);
	r->find_max = request_keep(r, text);
	return r->find_max ? 0 : -ENOMEM;
}

int request_slo(struct request *r, const char *text)
{
	char why[200], takes[300];

	request_begin(r, KEY_SLO);
	if (slo_parse(&r->slo, text, why, sizeof why) != 0) {
		snprintf(takes, sizeof takes,
		         "conditions such as p99<=200us,p50<=max(50us,3*@5) (%s)",
		         why);
		return request_refuse_value(r, "slo", takes, text);
	}
	r->slo_text = request_keep(r, text);
	return r->slo_text ? 0 : -ENOMEM;
}

int request_schedtrace(struct request *r, const char *text)
{
	request_begin(r, KEY_SCHEDTRACE);
	if (number_duration(text, &r->schedtrace) == 0 &&
	    r->schedtrace >= 1000000 && r->schedtrace % 1000000 == 0)
		return 0;
	return request_refuse_value(r, "schedtrace",
	                            "whole milliseconds, such as 10ms", text);
}

int request_schedtrace_reps(struct request *r, const char *text)
{
	request_begin(r, KEY_SCHEDTRACE_REPS);
	return request_number(r, "schedtrace-reps", text, 1, REQUEST_REPS_MAX,
	                      &r->schedtrace_reps);
}

int request_out(struct request *r, const char *text)
{
	request_begin(r, KEY_OUTPUT);
	if (!*text)
		return request_refuse_value(r, "output",
		                            "the name of a directory", text);
	r->out = request_keep(r, text);
	return r->out ? 0 : -ENOMEM;
}

int request_write_spec(struct request *r, const char *text)
{
	r->write_spec = text;
	return *text ? 0
	             : request_refuse_value(r, "write-spec",
	                                    "the name of a file, or -", text);
}
