// request_program.c - what is asked of any program: its command line, what is
// measured of it, and what loads it.
#include "metric.h"
#include "request_value.h"
#include "serve.h"
#include "split.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

// request_command adds a word of a spec's command; one on the command line has
// been read before, and wins.
int request_command(struct request *r, const char *word)
{
	if (r->program.n && !r->given[KEY_COMMAND])
		return 0;
	request_begin(r, KEY_COMMAND);
	return words_add(&r->program, word, strlen(word));
}

int request_env(struct request *r, const char *text)
{
	const char *equal = strchr(text, '=');

	request_begin(r, KEY_ENV);
	if (!equal || equal == text)
		return request_refuse_value(r, "env", "NAME=VALUE", text);
	if (strncmp(text, "GOMAXPROCS=", strlen("GOMAXPROCS=")) == 0) {
		complain("GOMAXPROCS is what procs sets");
		return -EINVAL;
	}
	return words_add(&r->env, text, strlen(text));
}

int request_metric(struct request *r, const char *text)
{
	char why[200], takes[300];

	if (request_begin(r, KEY_METRIC))
		words_free(&r->metrics);
	if (metric_check(text, why, sizeof why) != 0) {
		snprintf(takes, sizeof takes,
		         "runs, go-bench or a regular expression (%s)", why);
		return request_refuse_value(r, "metric", takes, text);
	}
	return words_find(&r->metrics, text) >= 0
	               ? 0
	               : words_add(&r->metrics, text, strlen(text));
}

int request_load(struct request *r, const char *text)
{
	request_begin(r, KEY_LOAD);
	words_free(&r->load);
	if (split_words(&r->load, text) == 0)
		return 0;
	return request_refuse_value(
		r, "load",
		"a command and its words, with quotes that are closed", text);
}

// request_load_word adds a word of a spec's load.
int request_load_word(struct request *r, const char *word)
{
	request_begin(r, KEY_LOAD);
	return words_add(&r->load, word, strlen(word));
}

int request_threads_every(struct request *r, const char *text)
{
	request_begin(r, KEY_THREADS_EVERY);
	r->threads_every = 0;
	if (strcmp(text, "none") == 0 ||
	    (number_duration(text, &r->threads_every) == 0 &&
	     r->threads_every >= 1000000))
		return 0;
	return request_refuse_value(r, "threads-every",
	                            "a time of 1ms or more, or none", text);
}

int request_ready(struct request *r, const char *text)
{
	char why[200], takes[300];

	request_begin(r, KEY_READY);
	if (serve_check(text, why, sizeof why) != 0) {
		snprintf(takes, sizeof takes,
		         "tcp:PORT, tcp:HOST:PORT or a regular expression (%s)",
		         why);
		return request_refuse_value(r, "ready", takes, text);
	}
	r->ready = request_keep(r, text);
	return r->ready ? 0 : -ENOMEM;
}

int request_better(struct request *r, const char *text)
{
	static const char *const names[] = {"higher", "lower", NULL};
	int i, err = request_choose("direction", text, names, &i);

	request_begin(r, KEY_BETTER);
	if (!err)
		r->lower = i == 1;
	return err;
}
