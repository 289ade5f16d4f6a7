// godebug.c - settings in GODEBUG, and numbers, as Go's runtime reads them.
//
// Source: parsegodebug and schedinit in Go's runtime.
#include "godebug.h"

#include <stddef.h>
#include <string.h>

enum { SIGNED_PLUS_SINCE = 26 };

static bool number(const char *text, size_t len, int32_t *value)
{
	bool negative = len && *text == '-';
	size_t i = negative;
	int64_t v = 0;

	if (i == len)
		return false;
	for (; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (text[i] - '0');
		if (v > (int64_t)INT32_MAX + 1)
			return false;
	}
	if (!negative && v > INT32_MAX)
		return false;
	*value = (int32_t)(negative ? -v : v);
	return true;
}

bool godebug_number(const char *text, int release, int32_t *value)
{
	if (*text == '+') {
		if (release < SIGNED_PLUS_SINCE || text[1] == '-')
			return false;
		text++;
	}
	return number(text, strlen(text), value);
}

bool godebug_setting(const char *text, const char *name, int32_t *value)
{
	size_t len = strlen(name);
	bool found = false;

	for (; text && *text; text += *text == ',') {
		size_t n = strcspn(text, ",");

		if (n > len && strncmp(text, name, len) == 0 && text[len] == '=')
			found |= number(text + len + 1, n - len - 1, value);
		text += n;
	}
	return found;
}
