// scratch.h - a private directory for a test, gone at its end.
#ifndef RESULTS_TEST_SCRATCH_H
#define RESULTS_TEST_SCRATCH_H

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[4096];

// scratch_path returns the path of a name in the directory; two live at once.
static inline const char *scratch_path(const char *name)
{
	static char path[2][sizeof scratch + 256];
	static int turn;
	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", scratch, name);
	return path[turn];
}

static inline int scratch_make(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(scratch, sizeof scratch, "%s/dyno-test.XXXXXX",
	         tmp ? tmp : "/tmp");
	return mkdtemp(scratch) ? 0 : -1;
}

static inline int scratch_remove_one(const char *path, const struct stat *st,
                                     int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static inline int scratch_drop(void **state)
{
	(void)state;
	return nftw(scratch, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
