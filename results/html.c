// html.c - escaping.
#include "html.h"

#include "utf8.h"

static const char *entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(FILE *out, const char *s)
{
	const char *from = s;
	for (uint32_t c; (c = utf8_next(&s)); from = s) {
		const char *e = entity(c);
		if (e)
			fputs(e, out);
		else if (c == '\n' || c == '\t' || utf8_columns(c) >= 0)
			fwrite(from, 1, (size_t)(s - from), out);
		else
			fputc('?', out);
	}
}
