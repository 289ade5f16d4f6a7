// outcome.c - what became of a trial, from how its process ended.
//
//   over its time                       timeout, whatever it did then
//   killed by a signal                  crash
//   status 0 and an "ok" document       ok, or error if its policy was ejected
//   status 6 and a "wrong" document     wrong
//   status 77                           unsupported
//   status 7, m-cap-starved             starved
//   status 8, a plugin's hook           crash
//   status 2, all asleep                deadlock
//   status 2, another fatal error       crash
//   status 2 and an "error" document    error: parameters that cannot be
//   anything else                       error
#include "outcome.h"

#include "exit_codes.h"
#include "last_line.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { SCHEMA = 1 };

static void decide(struct outcome *o, enum store_outcome kind, const char *fmt,
                   ...) __attribute__((format(printf, 3, 4)));

static void decide(struct outcome *o, enum store_outcome kind, const char *fmt,
                   ...)
{
	va_list args;

	o->kind = kind;
	va_start(args, fmt);
	vsnprintf(o->message, sizeof o->message, fmt, args);
	va_end(args);
}

// telling_line finds the line of standard error that says most: the first one
// of a fatal error or of a sanitizer, else the last that is not empty.
static void telling_line(const char *errors, char *out, size_t outlen)
{
	static const char *const marks[] = {
		"fatal error:", "ERROR: ", "runtime error:"};
	const char *line = NULL;
	size_t len;

	for (size_t i = 0; !line && i < sizeof marks / sizeof *marks; i++)
		line = strstr(errors, marks[i]);
	if (!line)
		line = last_line_find(errors);
	len = strcspn(line, "\n");
	snprintf(out, outlen, "%.*s", (int)(len < outlen ? len : outlen - 1),
	         line);
}

// parse reads the document; NULL, with the reason, when it is none.
static json_t *parse(const struct trial_process *p, char *why, size_t whylen)
{
	json_error_t error;
	json_t *doc;

	if (p->output_cut) {
		snprintf(why, whylen, "it wrote more than %d bytes",
		         TRIAL_OUTPUT_MAX);
		return NULL;
	}
	if (p->output_len == 0) {
		snprintf(why, whylen, "it printed no document");
		return NULL;
	}
	doc = json_loadb(p->output, p->output_len, JSON_REJECT_DUPLICATES,
	                 &error);
	if (!doc) {
		snprintf(why, whylen, "its document is not JSON: %s", error.text);
		return NULL;
	}
	if (json_integer_value(json_object_get(doc, "schema")) == SCHEMA &&
	    json_is_string(json_object_get(doc, "outcome")))
		return doc;
	snprintf(why, whylen, "its document is not of schema %d", SCHEMA);
	json_decref(doc);
	return NULL;
}

static bool says(const json_t *doc, const char *outcome)
{
	return strcmp(json_string_value(json_object_get(doc, "outcome")),
	              outcome) == 0;
}

static bool has_throughput(const json_t *doc)
{
	const json_t *all = json_object_get(doc, "metrics"), *metric;
	size_t i;

	json_array_foreach(all, i, metric)
	{
		const char *name = json_string_value(
			json_object_get(metric, "name"));
		const json_t *value = json_object_get(metric, "value");

		if (name && strcmp(name, "throughput") == 0 &&
		    json_is_number(value))
			return isfinite(json_number_value(value));
	}
	return false;
}

// decide_done judges status 0.
static void decide_done(struct outcome *o, const char *why)
{
	const char *ejected = json_string_value(
		json_array_get(json_object_get(o->doc, "ejected"), 0));

	if (!o->doc)
		decide(o, STORE_ERROR, "it ended well, but %s", why);
	else if (!says(o->doc, "ok") ||
	         !json_is_true(json_object_get(o->doc, "verified")))
		decide(o, STORE_ERROR,
		       "it ended well, but its document does not say so");
	else if (!has_throughput(o->doc))
		decide(o, STORE_ERROR, "it ended well, but told no throughput");
	else if (ejected)
		decide(o, STORE_ERROR,
		       "a policy was ejected, and Go's rule measured in its place: %s",
		       ejected);
	else
		decide(o, STORE_OK, "%s", "");
}

// reason is what the document gives as its reason, else the telling line.
static const char *reason(const struct outcome *o, const char *line)
{
	const char *why = o->doc ? json_string_value(
					   json_object_get(o->doc, "why"))
	                         : NULL;

	return why && *why ? why : *line ? line : "it said nothing";
}

// decide_refused judges status 2 with a document: it was asked for what there
// is not.
static void decide_refused(struct outcome *o, const char *line)
{
	decide(o, STORE_ERROR, "%s", reason(o, line));
	o->refused = true;
}

static void decide_fatal(struct outcome *o, const char *line)
{
	if (strstr(line, "all goroutines are asleep"))
		decide(o, STORE_DEADLOCK, "%s", line);
	else if (strncmp(line, "fatal error:", strlen("fatal error:")) == 0)
		decide(o, STORE_CRASH, "%s", line);
	else if (o->doc && says(o->doc, "error"))
		decide_refused(o, line);
	else
		decide(o, STORE_ERROR, "exit status 2: %s", reason(o, line));
}

static void decide_exit(struct outcome *o, int status, const char *line,
                        const char *why)
{
	if (status == EXIT_DONE)
		decide_done(o, why);
	else if (status == EXIT_SUBJECT && o->doc && says(o->doc, "wrong"))
		decide(o, STORE_WRONG, "%s", reason(o, line));
	else if (status == EXIT_UNSUPPORTED)
		decide(o, STORE_UNSUPPORTED, "%s", reason(o, line));
	else if (status == EXIT_STARVED && strstr(line, "m-cap-starved"))
		decide(o, STORE_STARVED, "%s", line);
	else if (status == EXIT_HOOK && strstr(line, "its hook"))
		decide(o, STORE_CRASH, "%s", line);
	else if (status == EXIT_USAGE)
		decide_fatal(o, line);
	else
		decide(o, STORE_ERROR, "exit status %d: %s", status,
		       reason(o, line));
}

static const char *signal_name(int sig)
{
	const char *name = sigabbrev_np(sig);

	return name ? name : "unknown";
}

void outcome_decide(const struct trial_process *p, struct outcome *out)
{
	char line[256], why[256] = "";

	*out = (struct outcome){.doc = parse(p, why, sizeof why)};
	telling_line(p->errors, line, sizeof line);
	if (p->timed_out)
		decide(out, STORE_TIMEOUT, "stopped after %.3g s", p->seconds);
	else if (WIFSIGNALED(p->status))
		decide(out, STORE_CRASH, "killed by SIG%s%s%s",
		       signal_name(WTERMSIG(p->status)), *line ? ": " : "", line);
	else
		decide_exit(out, WEXITSTATUS(p->status), line, why);
	if (out->kind != STORE_OK && out->doc && says(out->doc, "ok")) {
		json_decref(out->doc);
		out->doc = NULL;
	}
}
