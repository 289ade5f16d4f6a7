// json_out.c - jansson's constructors, with something to put in place of what
// they refuse.
#include "json_out.h"

#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *json_out_text(const char *s)
{
	json_t *text = json_string(s);
	if (text)
		return text;
	size_t size = strlen(s) + 1; // a bad byte becomes one '?'
	char *clean = malloc(size);
	if (clean)
		text = json_string(utf8_clean(clean, size, s));
	free(clean);
	return text;
}

json_t *json_out_number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static int dump(json_t *doc, FILE *out, size_t how)
{
	if (!doc)
		return -ENOMEM;
	int failed = json_dumpf(doc, out, how) < 0;
	failed |= fputc('\n', out) == EOF;
	failed |= ferror(out) != 0;
	json_decref(doc);
	return failed ? -EIO : 0;
}

int json_out_dump(json_t *doc, FILE *out)
{
	return dump(doc, out, JSON_INDENT(1));
}

int json_out_print(json_t *doc, int digits)
{
	return dump(doc, stdout,
	            JSON_INDENT(2) | (size_t)JSON_REAL_PRECISION(digits));
}
