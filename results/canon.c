// canon.c - JSON texts compared by what they mean.
//
// Two plans are equal when they hold the same values, whatever the order of
// their keys. Where they differ the first difference is named by its path,
// because "the plan differs" helps nobody.
#include "canon.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 80 }; // of a value in a message

static json_t *parse_object(const char *text, char *why, size_t size)
{
	json_error_t at;
	json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, &at);
	if (!o) {
		snprintf(why, size, "not JSON: line %d, column %d: %s", at.line,
		         at.column, at.text);
		return NULL;
	}
	if (!json_is_object(o)) {
		snprintf(why, size, "JSON, but not an object");
		json_decref(o);
		return NULL;
	}
	return o;
}

char *canon_object(const char *text, char *why, size_t size)
{
	json_t *o = parse_object(text, why, size);
	if (!o)
		return NULL;
	char *out = json_dumps(o, JSON_SORT_KEYS | JSON_COMPACT);
	if (!out)
		snprintf(why, size, "out of memory");
	json_decref(o);
	return out;
}

// show writes a value for a message, cut off when it is long.
static void show(const json_t *v, char *out, size_t size)
{
	char *text = NULL;
	if (v)
		text = json_dumps(v, JSON_SORT_KEYS | JSON_ENCODE_ANY);
	if (!v)
		snprintf(out, size, "nothing");
	else if (text && strlen(text) >= size)
		snprintf(out, size, "%.*s...", (int)size - 4, text);
	else
		snprintf(out, size, "%s", text ? text : "?");
	free(text);
}

// first_difference finds the first key, sorted, whose values differ.
static const char *first_difference(const json_t *a, const json_t *b)
{
	const char *first = NULL;
	const json_t *side[2] = {a, b};
	for (int i = 0; i < 2; i++) {
		const char *key;
		json_t *v;
		json_object_foreach((json_t *)side[i], key, v)
		{
			if (json_equal(v, json_object_get(side[1 - i], key)))
				continue;
			if (!first || strcmp(key, first) < 0)
				first = key;
		}
	}
	return first;
}

// describe names the first difference of two objects that differ.
static void describe(const json_t *a, const json_t *b, char *where, size_t size)
{
	size_t used = 0;
	const char *key = first_difference(a, b);
	json_t *va = json_object_get(a, key), *vb = json_object_get(b, key);
	while (json_is_object(va) && json_is_object(vb) && used < size) {
		int n = snprintf(where + used, size - used, "%s.", key);
		used += n > 0 ? (size_t)n : 0;
		key = first_difference(va, vb);
		va = json_object_get(va, key);
		vb = json_object_get(vb, key);
	}
	char there[SHOWN], here[SHOWN];
	show(va, there, sizeof there);
	show(vb, here, sizeof here);
	if (used < size)
		snprintf(where + used, size - used, "%s: %s there, %s here",
		         key, there, here);
}

bool canon_differ(const char *there, const char *here, char *where, size_t size)
{
	if (!strcmp(there, here))
		return false;
	json_t *a = parse_object(there, where, size);
	json_t *b = a ? parse_object(here, where, size) : NULL;
	bool differ = !a || !b || !json_equal(a, b);
	if (a && b && differ)
		describe(a, b, where, size);
	json_decref(a);
	json_decref(b);
	return differ;
}
