// schedtrace.c - what Go's scheduler says of itself, with GODEBUG=schedtrace=N, and
// Dyno's in the same lines, with DYNO_DEBUG.
//
// Go 1.19:  SCHED 24ms: gomaxprocs=2 ... idlethreads=2 runqueue=2 [9 7]
// Go 1.26:  SCHED 24ms: gomaxprocs=2 ... runqueue=2 [ 9 7 ] schedticks=[ 6 3 ]
//
// Names that are not known are passed over, as a later Go may have more. What the
// program writes to standard error itself comes between the lines, and before one
// where it ended no line.
#include "schedtrace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char start[] = "SCHED ";

//---------------------------------------------------------------------------
// One line
//---------------------------------------------------------------------------

// number takes a number that is not negative off *text.
static bool number(const char **text, int64_t *out)
{
	const char *t = *text;
	int64_t v = 0;

	if (*t < '0' || *t > '9')
		return false;
	for (; *t >= '0' && *t <= '9'; t++) {
		v = v * 10 + (*t - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*text = t;
	*out = v;
	return true;
}

static void blanks(const char **text)
{
	while (**text == ' ')
		++*text;
}

// list takes "[1 2]" off *text: the sum and the largest.
static bool list(const char **text, int64_t *sum, int64_t *most)
{
	const char *t = *text + 1;
	int64_t v;

	*sum = *most = 0;
	for (blanks(&t); *t != ']'; blanks(&t)) {
		if (!number(&t, &v))
			return false;
		*sum += v;
		*most = v > *most ? v : *most;
	}
	*text = t + 1;
	return true;
}

static int64_t *named(struct schedtrace_line *l, const char *name, size_t len)
{
	static const char *const names[] = {
		[SCHEDTRACE_PROCS] = "gomaxprocs",
		[SCHEDTRACE_IDLE_PS] = "idleprocs",
		[SCHEDTRACE_THREADS] = "threads",
		[SCHEDTRACE_SPINNING] = "spinningthreads",
		[SCHEDTRACE_NEED_SPINNING] = "needspinning",
		[SCHEDTRACE_IDLE_THREADS] = "idlethreads",
		[SCHEDTRACE_GLOBAL_QUEUE] = "runqueue",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == len && memcmp(name, names[i], len) == 0)
			return &l->v[i];
	return NULL;
}

// setting takes "name=value" off *text.
static bool setting(const char **text, struct schedtrace_line *l)
{
	const char *name = *text;
	size_t len = strcspn(name, " =[");
	int64_t most, *known;

	if (!len || name[len] != '=')
		return false;
	*text += len + 1;
	if (**text == '[')
		return list(text, &l->v[SCHEDTRACE_TICKS], &most);
	known = named(l, name, len);
	if (known)
		return number(text, known);
	*text += strcspn(*text, " ");
	return true;
}

// parse reads what follows the start of a line.
static bool parse(const char *text, struct schedtrace_line *l)
{
	bool ok = number(&text, &l->at_ms) && strncmp(text, "ms: ", 4) == 0;

	for (int i = 0; i < SCHEDTRACE_FIELDS; i++)
		l->v[i] = SCHEDTRACE_UNKNOWN;
	if (ok)
		text += strlen("ms: ");
	for (; ok && *text; blanks(&text))
		ok = *text == '[' ? list(&text, &l->v[SCHEDTRACE_LOCAL_QUEUES],
		                         &l->v[SCHEDTRACE_LONGEST_QUEUE])
		                  : setting(&text, l);
	return ok && l->v[SCHEDTRACE_PROCS] > 0 &&
	       l->v[SCHEDTRACE_THREADS] >= 0 &&
	       l->v[SCHEDTRACE_GLOBAL_QUEUE] >= 0;
}

bool schedtrace_parse(const char *text, struct schedtrace_line *out)
{
	while ((text = strstr(text, start))) {
		text += strlen(start);
		if (parse(text, out))
			return true;
	}
	return false;
}

//---------------------------------------------------------------------------
// All lines
//---------------------------------------------------------------------------

static void take_line(struct schedtrace *s)
{
	struct schedtrace_line l;

	s->line[s->len] = '\0';
	if (s->too_long || !schedtrace_parse(s->line, &l))
		return;
	s->lines++;
	s->until_ms = l.at_ms;
	for (int i = 0; i < SCHEDTRACE_FIELDS; i++) {
		if (l.v[i] == SCHEDTRACE_UNKNOWN)
			continue;
		s->field[i].n++;
		s->field[i].sum += l.v[i];
		s->field[i].last = l.v[i];
		if (l.v[i] > s->field[i].max)
			s->field[i].max = l.v[i];
	}
}

int schedtrace_feed(struct schedtrace *s, const char *data, size_t n)
{
	if (!s->line)
		s->line = malloc(SCHEDTRACE_LINE_MAX + 1);
	if (!s->line)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (data[i] == '\n') {
			take_line(s);
			s->len = 0;
			s->too_long = false;
		} else if (s->len < SCHEDTRACE_LINE_MAX) {
			s->line[s->len++] = data[i] ? data[i] : '?';
		} else {
			s->too_long = true;
		}
	}
	return 0;
}

void schedtrace_free(struct schedtrace *s)
{
	free(s->line);
	*s = (struct schedtrace){.line = NULL};
}

json_t *schedtrace_json(const struct schedtrace *s)
{
	static const char *const names[] = {
		[SCHEDTRACE_PROCS] = "procs",
		[SCHEDTRACE_IDLE_PS] = "idle_ps",
		[SCHEDTRACE_THREADS] = "threads",
		[SCHEDTRACE_SPINNING] = "spinning",
		[SCHEDTRACE_NEED_SPINNING] = "need_spinning",
		[SCHEDTRACE_IDLE_THREADS] = "idle_threads",
		[SCHEDTRACE_GLOBAL_QUEUE] = "global_queue",
		[SCHEDTRACE_LOCAL_QUEUES] = "local_queues",
		[SCHEDTRACE_LONGEST_QUEUE] = "longest_queue",
	};
	json_t *all = json_pack("{s:I, s:I, s:s}", "lines",
	                        (json_int_t)s->lines, "until_ms",
	                        (json_int_t)s->until_ms, "steals", "unknown");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		json_t *v = s->field[i].n
		                    ? json_pack("{s:f, s:I}", "mean",
		                                (double)s->field[i].sum /
		                                        (double)s->field[i].n,
		                                "max",
		                                (json_int_t)s->field[i].max)
		                    : json_string("unknown");

		json_object_set_new(all, names[i], v);
	}
	json_object_set_new(all, "schedticks",
	                    s->field[SCHEDTRACE_TICKS].n
	                            ? json_integer(s->field[SCHEDTRACE_TICKS].last)
	                            : json_string("unknown"));
	return all;
}

//---------------------------------------------------------------------------
// Asking for it
//---------------------------------------------------------------------------

int schedtrace_environment(struct words *env, const char *variable,
                           uint64_t every_ns)
{
	const char *own = getenv(variable);
	size_t len = strlen(variable);
	char *text;
	int err;

	for (size_t i = 0; i < env->n; i++)
		if (strncmp(env->v[i], variable, len) == 0 &&
		    env->v[i][len] == '=')
			own = env->v[i] + len + 1;
	if (asprintf(&text, "%s=%s%sschedtrace=%llu,scheddetail=0", variable,
	             own ? own : "", own && *own ? "," : "",
	             (unsigned long long)(every_ns / 1000000)) < 0)
		return -ENOMEM;
	err = words_add(env, text, strlen(text));
	free(text);
	return err;
}
