// nearest.c - the valid names closest to a wrong one.
//
// The distance is Damerau and Levenshtein's, in the form that never edits a
// swapped pair again. Names within a third of the word's length count as close,
// at least one edit and always those that the word begins or that begin it.
#include "nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SHOWN_MAX = 3 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

unsigned nearest_distance(const char *a, const char *b)
{
	// row[0] is the current row of the table, row[1] and row[2] those before.
	unsigned rows[3][NEAREST_WORD_MAX + 1];
	unsigned *row[3] = {rows[0], rows[1], rows[2]};
	size_t la = strnlen(a, NEAREST_WORD_MAX),
	       lb = strnlen(b, NEAREST_WORD_MAX);

	for (size_t j = 0; j <= lb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned *oldest = row[2];

		row[2] = row[1];
		row[1] = row[0];
		row[0] = oldest;
		row[0][0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned edit = row[1][j - 1] + !same(a[i - 1], b[j - 1]);

			edit = least(edit, row[1][j] + 1);
			edit = least(edit, row[0][j - 1] + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				edit = least(edit, row[2][j - 2] + 1);
			row[0][j] = edit;
		}
	}
	return row[0][lb];
}

static bool begins(const char *text, const char *start)
{
	size_t n = strlen(start);

	return n > 0 && strncasecmp(text, start, n) == 0;
}

// closeness ranks a name: the smaller, the closer; above limit it is not close.
static unsigned closeness(const char *word, const char *name, unsigned limit)
{
	unsigned d = nearest_distance(word, name);

	return d > limit && (begins(name, word) || begins(word, name)) ? limit
	                                                               : d;
}

// append adds text at *used and says whether it fitted.
static bool append(char *out, size_t outlen, size_t *used, const char *text)
{
	size_t n = strlen(text);

	if (*used + n >= outlen)
		return false;
	memcpy(out + *used, text, n + 1);
	*used += n;
	return true;
}

static void list_all(const char *const *names, size_t n, char *out, size_t outlen)
{
	size_t used = 0;

	append(out, outlen, &used, "valid are: ");
	for (size_t i = 0; i < n; i++) {
		size_t need = strlen(names[i]) + strlen(", ...");

		if (used + need >= outlen) {
			append(out, outlen, &used, "...");
			return;
		}
		append(out, outlen, &used, names[i]);
		if (i + 1 < n)
			append(out, outlen, &used, ", ");
	}
}

// pick finds the next name at exactly this closeness, from index *i on.
static const char *pick(const char *word, const char *const *names, size_t n,
                        size_t *i, unsigned want, unsigned limit)
{
	while (*i < n) {
		const char *name = names[(*i)++];

		if (closeness(word, name, limit) == want)
			return name;
	}
	return NULL;
}

char *nearest_hint(const char *word, const char *const *names, size_t n,
                   char *out, size_t outlen)
{
	unsigned limit = (unsigned)strnlen(word, NEAREST_WORD_MAX) / 3;
	const char *close[SHOWN_MAX];
	size_t found = 0, used = 0;

	out[0] = '\0';
	limit = limit ? limit : 1;
	for (unsigned d = 0; d <= limit && found < SHOWN_MAX; d++) {
		const char *name;
		size_t i = 0;

		while (found < SHOWN_MAX &&
		       (name = pick(word, names, n, &i, d, limit)))
			close[found++] = name;
	}
	if (found == 0) {
		list_all(names, n, out, outlen);
		return out;
	}
	append(out, outlen, &used, "did you mean ");
	for (size_t i = 0; i < found; i++) {
		if (i > 0)
			append(out, outlen, &used,
			       i + 1 == found ? " or " : ", ");
		append(out, outlen, &used, close[i]);
	}
	append(out, outlen, &used, "?");
	return out;
}
