// samples_name.c - the names of trials in the manner of Go's benchmarks, and
// parts of names forgotten again.
//
// A name is one word: blanks and slashes in what it is made of become '_'. The
// GOMAXPROCS suffix always stands, also -1, which Go itself leaves out: a name
// that ends in a digit cannot be told from one with a suffix otherwise.
#include "samples.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// put_word writes s as a part of one word.
static void put_word(FILE *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		fputc(c <= ' ' || c == '/' || c == 127 ? '_' : c, out);
	}
}

static void put_params(FILE *out, const char *text)
{
	json_t *params = json_loads(text, 0, NULL);
	// Dumped and loaded again, the keys stand in their own order.
	char *sorted = json_dumps(params, JSON_SORT_KEYS);
	json_decref(params);
	params = sorted ? json_loads(sorted, 0, NULL) : NULL;
	free(sorted);
	const char *key;
	json_t *v;
	json_object_foreach(params, key, v)
	{
		char *value = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
		fputc('/', out);
		put_word(out, key);
		fputc('=', out);
		if (json_is_string(v))
			put_word(out, json_string_value(v));
		else if (value)
			put_word(out, value);
		free(value);
	}
	json_decref(params);
}

static const char *finish(struct arena *a, FILE *out, char **text)
{
	int failed = ferror(out);
	failed |= fclose(out);
	const char *name = failed ? NULL : arena_string(a, *text);
	free(*text);
	return name;
}

const char *samples_name(struct arena *a, const struct samples_point *p)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	unsigned char first = (unsigned char)p->workload[0];
	if (first) {
		fputc(toupper(first), out);
		put_word(out, p->workload + 1);
	}
	put_params(out, p->params);
	if (*p->policy && strcmp(p->policy, "-")) {
		fputs("/policy=", out);
		put_word(out, p->policy);
	}
	if (p->m_cap > 0)
		fprintf(out, "/mcap=%d", p->m_cap);
	if (strcmp(p->subject, "dyno") && strcmp(p->subject, "program")) {
		fputs("/subject=", out);
		put_word(out, p->subject);
	}
	if (p->procs > 0)
		fprintf(out, "-%d", p->procs);
	return finish(a, out, &text);
}

static const char *metric_unit(struct arena *a, const char *name, const char *unit)
{
	char *text = NULL;
	size_t size;
	if (!strcmp(name, "throughput") && *unit)
		name = "";
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	put_word(out, name);
	if (strcmp(unit, "1") && *unit) {
		if (*name)
			fputc('-', out);
		// Units keep their slash: it is no separator there.
		for (const char *c = strcmp(unit, "s") ? unit : "sec"; *c; c++)
			fputc((unsigned char)*c <= ' ' ? '_' : *c, out);
	}
	return finish(a, out, &text);
}

// suffix_of returns where the "-2" at the end of a name begins, or its end.
static const char *suffix_of(const char *name)
{
	const char *end = name + strlen(name), *at = end;
	while (at > name && isdigit((unsigned char)at[-1]))
		at--;
	return at < end && at > name && at[-1] == '-' ? at - 1 : end;
}

// own_name returns the length of the benchmark's name in a metric that the
// program printed as Go benchmark text, "NAME UNIT"; 0 for other metrics.
static size_t own_name(const char *name, const char *unit)
{
	size_t n = strlen(name), m = strlen(unit);
	bool own = m && n > m + 1 && name[n - m - 1] == ' ' &&
	           !strcmp(name + n - m, unit);
	return own ? n - m - 1 : 0;
}

// own_row is that name, with the trial's GOMAXPROCS unless it ends in it: runs at
// two values must not become one row because the program does not say which.
static const char *own_row(struct arena *a, const char *trial, const char *name,
                           size_t own)
{
	const char *suffix = suffix_of(trial);
	char *copy = arena_alloc(a, own + strlen(suffix) + 1);
	if (!copy)
		return NULL;
	memcpy(copy, name, own);
	if (strcmp(suffix_of(copy), suffix))
		strcpy(copy + own, suffix);
	return copy;
}

int samples_metric(struct arena *a, const char *trial, const char *name,
                   const char *unit, struct samples_row *out)
{
	size_t own = own_name(name, unit);
	if (own) {
		out->name = own_row(a, trial, name, own);
		out->unit = arena_string(a, unit);
	} else {
		out->name = trial;
		out->unit = metric_unit(a, name, unit);
	}
	return out->name && out->unit ? 0 : -ENOMEM;
}

//---------------------------------------------------------------------------
// Forgetting parts
//---------------------------------------------------------------------------

// is_named says whether key means this part of a name.
static bool is_named(const char *part, size_t length, const char *key,
                     bool first, bool last)
{
	size_t n = strlen(key);
	if (last)
		return !strcmp(key, "procs");
	if (first && *part != '/')
		return !strcmp(key, "workload");
	return length > n + 1 && !strncmp(part + 1, key, n) && part[1 + n] == '=';
}

// without copies a name but for one part; out has room for all of it.
static void without(const char *name, const char *key, char *out)
{
	const char *start = name, *suffix = suffix_of(name);
	while (*name) {
		size_t part = 1 + strcspn(name + 1, "/");
		if (name + part > suffix && name < suffix)
			part = (size_t)(suffix - name);
		if (!is_named(name, part, key, name == start, name == suffix)) {
			memcpy(out, name, part);
			out += part;
		}
		name += part;
	}
	*out = '\0';
}

// without_line copies a group but for the line of one key.
static void without_line(const char *group, const char *key, char *out)
{
	size_t n = strlen(key);
	while (*group) {
		size_t line = strcspn(group, "\n");
		line += group[line] != '\0';
		if (strncmp(group, key, n) || group[n] != ':') {
			memcpy(out, group, line);
			out += line;
		}
		group += line;
	}
	*out = '\0';
}

static int copy_row(struct samples *to, const struct samples_row *r,
                    const char *key)
{
	char *name = malloc(strlen(r->name) + 1);
	char *group = malloc(strlen(r->group) + 1);
	int err = name && group ? 0 : -ENOMEM;
	if (!err) {
		struct samples_row like = *r;
		without(r->name, key, name);
		without_line(r->group, key, group);
		like.name = name;
		like.group = group;
		for (size_t i = 0; !err && i < r->n; i++)
			err = r->marked[i] ? samples_add_disturbed(to, &like,
			                                           r->value[i])
			                   : samples_add(to, &like, r->value[i]);
		if (!err && r->left_out)
			err = samples_add_left_out(to, &like, r->left_out);
		if (!err && r->failed)
			err = samples_add_failed(to, &like, r->failed);
	}
	free(name);
	free(group);
	return err;
}

int samples_drop(struct samples *s, const char *key)
{
	struct samples fewer = {.malformed = s->malformed,
	                        .first_bad = s->first_bad};
	int err = 0;
	for (size_t i = 0; !err && i < s->n; i++)
		err = copy_row(&fewer, &s->row[i], key);
	if (err) {
		samples_free(&fewer);
		return err;
	}
	samples_free(s);
	*s = fewer;
	return 0;
}
