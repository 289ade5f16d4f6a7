// complain.c - one-line messages on standard error, headed by who speaks.
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>

static const char *speaker = "dyno";

void complain_as(const char *name)
{
	speaker = name;
}

// tame replaces what could move a terminal's cursor or forge a second line.
static void tame(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

void complain(const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	tame(text);
	fprintf(stderr, "%s: %s\n", speaker, text);
}
