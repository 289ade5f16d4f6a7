// fatal.c - prints, then dies. Lines are built on the stack and written at
// once, so that two threads that die together stay readable.
#include "base/fatal.h"

#include <stdarg.h>
#include <stdio.h>

#include "port/port.h"

enum { LINE_MAX_BYTES = 1024 };

static void print_line(const char *prefix, const char *fmt, va_list args)
{
	char line[LINE_MAX_BYTES];
	int at = snprintf(line, sizeof line - 1, "%s", prefix);
	int n = vsnprintf(line + at, sizeof line - 1 - (size_t)at, fmt, args);

	at = n < (int)sizeof line - 1 - at ? at + n : (int)sizeof line - 2;
	line[at++] = '\n';
	port_stderr(line, (size_t)at);
}

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("", fmt, args);
	va_end(args);
}

void fatal_status(int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("fatal error: ", fmt, args);
	va_end(args);
	port_exit(status);
}

void fatal(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("fatal error: ", fmt, args);
	va_end(args);
	port_exit(FATAL_STATUS);
}

void dy_throw(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("fatal error: dyno: broken invariant: ", fmt, args);
	va_end(args);
	port_exit(FATAL_STATUS);
}
