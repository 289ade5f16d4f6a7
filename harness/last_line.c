// last_line.c - the last thing that a program said.
#include "last_line.h"

#include <stdio.h>
#include <string.h>

const char *last_line_find(const char *text)
{
	size_t at = strlen(text);

	while (at && text[at - 1] == '\n')
		at--;
	while (at && text[at - 1] != '\n')
		at--;
	return text + at + strspn(text + at, "\n");
}

const char *last_line_copy(const char *text, char *out, size_t outlen)
{
	const char *line = last_line_find(text);

	snprintf(out, outlen, "%.*s", (int)strcspn(line, "\n"), line);
	return out;
}
