// policy.c - a workload under a policy as a side: this very dyno, told to run it.
//
// What is measured beside the trial (counters) is not judged, and is left out.
#include "policy.h"

#include "../complain.h"
#include "../program.h"
#include "../subject.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(struct words *to, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int add(struct words *to, const char *fmt, ...)
{
	char *text;
	va_list list;
	int n, err;

	va_start(list, fmt);
	n = vasprintf(&text, fmt, list);
	va_end(list);
	if (n < 0)
		return -ENOMEM;
	err = words_add(to, text, (size_t)n);
	free(text);
	return err;
}

static int add_each(struct words *to, const char *option,
                    const struct words *values)
{
	int err = 0;

	for (size_t i = 0; !err && i < values->n; i++)
		err = add(to, "--%s=%s", option, values->v[i]);
	return err;
}

static int add_point(struct words *to, const struct request *r, const char *policy)
{
	int err = add(to, "--policy=%s", policy);

	if (!err && r->procs.n && r->procs.v[0])
		err = add(to, "--procs=%lld", (long long)r->procs.v[0]);
	if (!err && r->m_caps.n && r->m_caps.v[0])
		err = add(to, "--m-cap=%lld", (long long)r->m_caps.v[0]);
	if (!err)
		err = add(to, "--size=%s", request_size_name(r->size));
	if (!err)
		err = add_each(to, "param", &r->params);
	return err ? err : add(to, "--work-rate=%lld", (long long)r->work_rate);
}

static int add_length(struct words *to, const struct request *r)
{
	return r->given[KEY_DURATION] ? add(to, "--duration=%lluns",
	                                    (unsigned long long)r->duration)
	                              : add(to, "--duration={ms}ms");
}

static int add_words(struct words *to, const struct request *r, const char *policy)
{
	int err = add(to, "dyno");

	if (!err)
		err = add(to, "run");
	if (!err)
		err = add(to, "%s", r->workloads.v[0]);
	if (!err)
		err = add_each(to, "plugin", &r->plugins);
	if (!err)
		err = add_point(to, r, policy);
	if (!err)
		err = add_length(to, r);
	if (!err && r->trial_program)
		err = add(to, "--trial-program=%s", r->trial_program);
	if (!err)
		err = add(to, "--counters=none");
	return err ? err : add(to, "--json");
}

// add_round is one round of a trial, in which nothing goes by the clock that need
// not: nor does anything preempt, unless the policy says how.
static int add_round(struct words *to, const struct request *r, const char *policy)
{
	static const char *const fixed[] = {"--procs=1", "--duration=0s",
	                                    "--seed=1", "--counters=none"};
	char steady[REQUEST_POLICY_MAX + 20];
	int err = add(to, "dyno-trial");

	snprintf(steady, sizeof steady, "%s%s", policy,
	         strstr(policy, "preempt=") ? "" : ",preempt=none");
	if (!err)
		err = add(to, "%s", r->workloads.v[0]);
	if (!err)
		err = add_each(to, "plugin", &r->plugins);
	if (!err)
		err = add_point(to, r, steady);
	for (size_t i = 0; !err && i < sizeof fixed / sizeof *fixed; i++)
		err = add(to, "%s", fixed[i]);
	return err;
}

static int count_policy(const struct request *r, const char *policy,
                        struct gate_side *s)
{
	int err;

	s->path = subject_program(SUBJECT_DYNO, r->trial_program);
	if (!s->path)
		return -ENOENT;
	err = add_round(&s->given, r, policy);
	if (err)
		return err;
	s->label = program_text(&s->given);
	return s->label ? 0 : -ENOMEM;
}

int gate_policy(const struct request *r, const char *policy, struct gate_side *s)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	int err;

	if (r->gate.rows == GATE_ROWS_INSTRUCTIONS)
		return count_policy(r, policy, s);
	if (n < 0) {
		err = -errno;
		complain("dyno cannot find itself, because /proc/self/exe cannot "
		         "be read: %s",
		         strerror(-err));
		return err;
	}
	path[n] = '\0';
	s->path = strdup(path);
	err = s->path ? add_words(&s->given, r, policy) : -ENOMEM;
	if (err)
		return err;
	s->label = program_text(&s->given);
	return s->label ? 0 : -ENOMEM;
}
