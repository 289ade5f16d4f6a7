// request_axes.c - what is swept, of workloads and programs alike, and the CPUs.
#include "request_value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int request_procs(struct request *r, const char *text)
{
	char takes[80];

	if (request_begin(r, KEY_PROCS))
		numbers_free(&r->procs);
	if (numbers_parse(&r->procs, text, 1, DY_PROCS_MAX, "default") == 0)
		return 0;
	snprintf(takes, sizeof takes,
	         "GOMAXPROCS values from 1 to %d, or default, such as 4, 1,2,4 "
	         "or 1-4",
	         DY_PROCS_MAX);
	return request_refuse_value(r, "procs", takes, text);
}

int request_m_cap(struct request *r, const char *text)
{
	if (request_begin(r, KEY_M_CAP))
		numbers_free(&r->m_caps);
	if (numbers_parse(&r->m_caps, text, 1, INT32_MAX, "none") == 0)
		return 0;
	return request_refuse_value(
		r, "m-cap",
		"numbers of threads from 1 on, or none, such as none,4,16", text);
}

int request_quota(struct request *r, const char *text)
{
	if (request_begin(r, KEY_QUOTA))
		numbers_free(&r->quotas);
	if (numbers_cpus(&r->quotas, text) == 0)
		return 0;
	return request_refuse_value(r, "quota",
	                            "numbers of CPUs from 0.01 to 4096, or none, such "
	                            "as 0.5,1.5,none",
	                            text);
}

int request_rate(struct request *r, const char *text)
{
	char takes[100];

	if (request_begin(r, KEY_RATE))
		numbers_free(&r->rates);
	if (numbers_rates(&r->rates, text, WL_RATE_MAX) == 0)
		return 0;
	snprintf(takes, sizeof takes,
	         "requests per second from 1 to %lld, such as 500,1k,2.5k",
	         (long long)WL_RATE_MAX);
	return request_refuse_value(r, "rate", takes, text);
}

int request_pin(struct request *r, const char *text)
{
	if (request_begin(r, KEY_PIN))
		words_free(&r->pins);
	if (words_find(&r->pins, text) < 0 &&
	    words_add(&r->pins, text, strlen(text)) != 0)
		return -ENOMEM;
	r->pin = r->pins.v[0];
	return 0;
}

int request_pin_ps(struct request *r, const char *none)
{
	(void)none;
	request_begin(r, KEY_PIN_PS);
	r->pin_ps = true;
	return 0;
}

int request_pin_cpus(struct request *r, const char *text)
{
	if (numbers_parse(&r->pin_cpus, text, 0, INT32_MAX, NULL) == 0)
		return 0;
	return request_refuse_value(r, "pin-ps",
	                            "CPU numbers, such as 0,1 or 0-3", text);
}

int request_outside_cpus(struct request *r, const char *text)
{
	if (numbers_parse(&r->outside_cpus, text, 0, INT32_MAX, NULL) == 0)
		return 0;
	return request_refuse_value(r, "outside-cpus",
	                            "CPU numbers, such as 0,1 or 0-3", text);
}
