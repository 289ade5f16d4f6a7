// markdown.c - what could be markup becomes a character reference, which GitHub
// and GitLab show as the character.
#include "markdown.h"

#include <string.h>

void markdown_text(const char *s, FILE *out)
{
	for (; *s; s++) {
		if (strchr("\\`*_{}[]<>()#+!|~&@:", *s))
			fprintf(out, "&#%d;", *s);
		else
			fputc(*s, out);
	}
}
