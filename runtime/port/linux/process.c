// process.c - what the real machine and the virtual one share of their process: its
// environment, its standard error and its end.
#include <stdlib.h>
#include <unistd.h>

#include "port/port.h"

const char *port_getenv(const char *name)
{
	return getenv(name);
}

void port_stderr(const char *text, size_t n)
{
	while (n > 0) {
		ssize_t put = write(STDERR_FILENO, text, n);

		if (put <= 0)
			return; // nobody to tell
		text += put;
		n -= (size_t)put;
	}
}

void port_exit(int status)
{
	_exit(status);
}
