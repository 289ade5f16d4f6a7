// request_value.c - values of options and keys: read, or refused with what would be
// right.
#include "request_value.h"

#include "nearest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool request_begin(struct request *r, enum request_key k)
{
	bool again = r->at[k].line && !r->reading.line;

	if (again || !r->given[k])
		r->at[k] = r->reading;
	r->given[k] = true;
	return again;
}

int request_refuse_value(const struct request *r, const char *name,
                         const char *takes, const char *text)
{
	complain("%s%s takes %s; not '%s'", r->reading.line ? "" : "--", name,
	         takes, text);
	return -EINVAL;
}

const char *request_keep(struct request *r, const char *text)
{
	return words_add(&r->texts, text, strlen(text)) == 0
	               ? r->texts.v[r->texts.n - 1]
	               : NULL;
}

int request_refuse(const char *what, const char *word, const char *const *names)
{
	char hint[256];
	size_t n = 0;

	while (names[n])
		n++;
	complain("unknown %s '%.64s': %s", what, word,
	         nearest_hint(word, names, n, hint, sizeof hint));
	return -EINVAL;
}

int request_choose(const char *what, const char *word, const char *const *names,
                   int *i)
{
	for (*i = 0; names[*i]; ++*i)
		if (strcmp(word, names[*i]) == 0)
			return 0;
	return request_refuse(what, word, names);
}

int request_number(const struct request *r, const char *name, const char *text,
                   int64_t min, int64_t max, int64_t *out)
{
	char takes[80];

	if (number_parse(text, min, max, out) == 0)
		return 0;
	snprintf(takes, sizeof takes, "a number from %lld to %lld",
	         (long long)min, (long long)max);
	return request_refuse_value(r, name, takes, text);
}

int request_time(const struct request *r, const char *name, const char *text,
                 uint64_t min, uint64_t *out)
{
	if (number_duration(text, out) == 0 && *out >= min)
		return 0;
	return request_refuse_value(
		r, name, "a duration with its unit, such as 500ms, 2s or 1m",
		text);
}
