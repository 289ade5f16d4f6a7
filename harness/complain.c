// complain.c - one-line messages on standard error, headed by who speaks or by
// the place in a file that they are about.
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>

static const char *speaker = "dyno";
static struct place place;

void complain_as(const char *name)
{
	speaker = name;
}

void complain_at(struct place at)
{
	if (at.line)
		place = at;
}

void complain_nowhere(void)
{
	place = (struct place){.line = 0};
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
	char text[1024], head[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (place.line)
		snprintf(head, sizeof head, "%.200s:%d:%d", place.file,
		         place.line, place.column);
	else
		snprintf(head, sizeof head, "%s", speaker);
	tame(head);
	tame(text);
	fprintf(stderr, "%s: %s\n", head, text);
}
