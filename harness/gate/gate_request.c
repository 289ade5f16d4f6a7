// gate_request.c - the options that only dyno gate has.
#include "gate_request.h"

#include "../nearest.h"
#include "../request.h"

#include <errno.h>
#include <results/verdict.h>
#include <stdlib.h>
#include <string.h>

void gate_request_init(struct gate_request *g)
{
	*g = (struct gate_request){
		.build_timeout = UINT64_C(1800000000000),
		.fail_on = 1u << VERDICT_END_REGRESSED | 1u << VERDICT_END_FAILED,
	};
}

int gate_request_base(struct request *r, const char *text)
{
	r->gate.base = text;
	return 0;
}

int gate_request_head(struct request *r, const char *text)
{
	r->gate.head = text;
	return 0;
}

int gate_request_base_ref(struct request *r, const char *text)
{
	r->gate.base_ref = text;
	return 0;
}

int gate_request_head_ref(struct request *r, const char *text)
{
	r->gate.head_ref = text;
	return 0;
}

int gate_request_base_policy(struct request *r, const char *text)
{
	r->gate.base_policy = text;
	return 0;
}

int gate_request_head_policy(struct request *r, const char *text)
{
	r->gate.head_policy = text;
	return 0;
}

int gate_request_baseline(struct request *r, const char *text)
{
	r->gate.baseline = text;
	return 0;
}

int gate_request_save_baseline(struct request *r, const char *text)
{
	r->gate.save_baseline = text;
	return 0;
}

int gate_request_build(struct request *r, const char *text)
{
	r->gate.build = text;
	return 0;
}

int gate_request_build_timeout(struct request *r, const char *text)
{
	if (number_duration(text, &r->gate.build_timeout) == 0 &&
	    r->gate.build_timeout)
		return 0;
	complain("--build-timeout takes a duration with its unit, such as 90s or "
	         "30m, and '%.64s' is none",
	         text);
	return -EINVAL;
}

int gate_request_rows(struct request *r, const char *text)
{
	static const char *const names[] = {
		[GATE_ROWS_AUTO] = "auto",
		[GATE_ROWS_TIME] = "time",
		[GATE_ROWS_GOBENCH] = "gobench",
		[GATE_ROWS_JSON] = "json",
		[GATE_ROWS_INSTRUCTIONS] = "instructions",
	};
	enum { NAMES = sizeof names / sizeof *names };
	char hint[128];

	for (int i = 0; i < NAMES; i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		r->gate.rows = (enum gate_rows)i;
		return 0;
	}
	complain("unknown rows '%.64s': %s", text,
	         nearest_hint(text, names, NAMES, hint, sizeof hint));
	return -EINVAL;
}

int gate_request_threshold(struct request *r, const char *text)
{
	char *end;
	double v = strtod(text, &end);

	if (end != text && strcmp(end, "%") == 0 && v > 0 && v <= 100) {
		r->gate.threshold = v / 100;
		return 0;
	}
	complain("--threshold takes a percentage above 0%% and at most 100%%, such as "
	         "2%%, and '%.64s' is none",
	         text);
	return -EINVAL;
}

int gate_request_fail_on(struct request *r, const char *text)
{
	r->gate.fail_on_given = true;
	if (verdict_fail_on(text, &r->gate.fail_on) == 0)
		return 0;
	complain("--fail-on takes some of regressed,failed,inconclusive,too-noisy,"
	         "no-baseline, and '%.64s' is something else",
	         text);
	return -EINVAL;
}

int gate_request_tails(struct request *r, const char *none)
{
	(void)none;
	r->gate.tails = true;
	return 0;
}

int gate_request_check(struct request *r, const char *text)
{
	r->gate.check = text;
	return 0;
}

int gate_request_summary(struct request *r, const char *text)
{
	r->gate.summary = text;
	return 0;
}

int gate_request_junit(struct request *r, const char *text)
{
	r->gate.junit = text;
	return 0;
}
