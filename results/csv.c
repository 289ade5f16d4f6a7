// csv.c - a field with a comma, a quote or a line end stands in quotes, and
// quotes in it are doubled.
#include "csv.h"

#include <string.h>

static void put_field(const char *s, FILE *out)
{
	if (!s[strcspn(s, ",\"\r\n")]) {
		fputs(s, out);
		return;
	}
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

void csv_line(const char *const *field, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			fputc(',', out);
		put_field(field[i], out);
	}
	fputs("\r\n", out);
}
