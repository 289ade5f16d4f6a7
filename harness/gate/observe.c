// observe.c - runs a command once and makes samples of what it says.
#include "observe.h"

#include "../last_line.h"
#include "../trial_process.h"
#include "count.h"

#include <errno.h>
#include <results/gobench.h>
#include <results/samples_json.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

bool observe_ended_badly(struct trial_process *p, char *why, size_t size)
{
	const char *said = last_line_find(p->errors);
	const char *colon = *said ? ": " : "";
	int len = (int)strcspn(said, "\n");

	if (p->timed_out)
		snprintf(why, size, "it was stopped after the timeout");
	else if (WIFSIGNALED(p->status))
		snprintf(why, size, "signal %s%s%.*s",
		         sigabbrev_np(WTERMSIG(p->status)), colon, len, said);
	else if (WEXITSTATUS(p->status))
		snprintf(why, size, "status %d%s%.*s", WEXITSTATUS(p->status),
		         colon, len, said);
	else if (p->output_cut)
		snprintf(why, size, "it printed more than %d bytes",
		         TRIAL_OUTPUT_MAX);
	else
		return false;
	return true;
}

static enum gate_rows looks_like(const char *text)
{
	if (text[strspn(text, " \t\r\n")] == '{')
		return GATE_ROWS_JSON;
	if (strncmp(text, "Benchmark", 9) == 0 || strstr(text, "\nBenchmark"))
		return GATE_ROWS_GOBENCH;
	return GATE_ROWS_TIME;
}

static int take_time(struct samples *out, double seconds)
{
	const struct samples_row like = {.name = "run",
	                                 .unit = "sec",
	                                 .group = "",
	                                 .host = "",
	                                 .better = SAMPLES_LOWER};

	return samples_add(out, &like, seconds);
}

// lost says whether a run gave no value at all, or a trial in it failed.
static bool lost(const struct samples *s, char *why, size_t size)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!s->row[i].failed)
			continue;
		snprintf(why, size, "%s did not end well, or gave no number",
		         s->row[i].name);
		return true;
	}
	if (s->n)
		return false;
	snprintf(why, size, "it printed no result");
	return true;
}

static int read_output(struct trial_process *p, enum gate_rows *rows,
                       struct samples *out, char *why, size_t size)
{
	char none[1] = "", *text = p->output ? p->output : none;
	int err;

	if (*rows == GATE_ROWS_AUTO)
		*rows = looks_like(text);
	if (*rows == GATE_ROWS_TIME)
		return take_time(out, p->seconds);
	if (*rows == GATE_ROWS_GOBENCH)
		err = gobench_read(out, text);
	else
		err = samples_json_read(out, text, why, size);
	if (err == -EINVAL)
		return OBSERVE_FAILED;
	if (!err && lost(out, why, size))
		return OBSERVE_FAILED;
	return err;
}

int observe(const struct observer *o, enum gate_rows *rows, struct samples *out,
            double *seconds, char *why, size_t whylen)
{
	struct trial_process p = {.path = o->side->path,
	                          .argv = o->side->argv.v,
	                          .dir = o->side->dir,
	                          .env = &o->side->change,
	                          .topology = o->topology,
	                          .pin = o->pin,
	                          .timeout = o->timeout};
	int err;

	if (*rows == GATE_ROWS_INSTRUCTIONS)
		return count_run(o, out, seconds, why, whylen);
	err = trial_process_run(&p);
	*seconds = p.seconds;
	if (!err && observe_ended_badly(&p, why, whylen))
		err = OBSERVE_FAILED;
	if (!err)
		err = read_output(&p, rows, out, why, whylen);
	trial_process_free(&p);
	return err;
}
