// progress.c - how far a sweep is, and how long it will still take.
//
// The estimate counts only trials of this run, not those that a resumed store
// already has.
#include "progress.h"

#include "now.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PLAIN_INTERVAL UINT64_C(10000000000)

void progress_start(struct progress *p, size_t total, bool quiet)
{
	const char *term = getenv("TERM");

	*p = (struct progress){.total = total,
	                       .quiet = quiet,
	                       .started = now_ns(CLOCK_MONOTONIC)};
	p->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	p->shown = p->started;
}

char *progress_eta(const struct progress *p, uint64_t now, char *out,
                   size_t outlen)
{
	double each, left;
	long seconds;

	if (p->done == 0) {
		snprintf(out, outlen, "-");
		return out;
	}
	each = (double)(now - p->started) * 1e-9 / (double)p->done;
	left = each * (double)(p->total - p->done);
	seconds = (long)(left + 0.5);
	if (seconds >= 3600)
		snprintf(out, outlen, "%ldh%02ldm", seconds / 3600,
		         seconds / 60 % 60);
	else if (seconds >= 60)
		snprintf(out, outlen, "%ldm%02lds", seconds / 60, seconds % 60);
	else
		snprintf(out, outlen, "%lds", seconds);
	return out;
}

static int columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20
	               ? size.ws_col
	               : 80;
}

static void show(struct progress *p, const char *what, uint64_t now)
{
	char eta[32], line[256];

	snprintf(line, sizeof line, "%zu/%zu  ETA %s  %zu failed  %s", p->done,
	         p->total, progress_eta(p, now, eta, sizeof eta), p->failed,
	         what);
	if (p->terminal)
		fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
	else
		fprintf(stderr, "%s\n", line);
	p->shown = now;
}

void progress_step(struct progress *p, const char *what, bool ok)
{
	uint64_t now = now_ns(CLOCK_MONOTONIC);

	p->done++;
	p->failed += !ok;
	if (p->quiet)
		return;
	if (p->terminal || now - p->shown >= PLAIN_INTERVAL || p->done == p->total)
		show(p, what, now);
}

void progress_end(struct progress *p)
{
	if (p->terminal && !p->quiet && p->done)
		fputs("\r\033[K", stderr);
}
