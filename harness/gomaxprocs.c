// gomaxprocs.c - GOMAXPROCS from the environment, as Go reads it.
#include "gomaxprocs.h"

#include "complain.h"
#include "numbers.h"

#include <dyno/dyno.h>
#include <errno.h>
#include <stdlib.h>

int gomaxprocs_parse(const char *text, int *procs)
{
	int64_t v;
	int err;

	*procs = 0;
	if (!text || *text == '+')
		return 0;
	err = number_parse(text, INT64_MIN, DY_PROCS_MAX, &v);
	if (err == -ERANGE && *text != '-')
		return -EINVAL;
	if (!err && v > 0)
		*procs = (int)v;
	return 0;
}

int gomaxprocs_default(int cpus, int *procs)
{
	const char *text = getenv("GOMAXPROCS");

	if (gomaxprocs_parse(text, procs) != 0) {
		complain("GOMAXPROCS=%s is above the largest value, %d: set it lower, unset it, or "
		         "give --procs",
		         text, DY_PROCS_MAX);
		return -EINVAL;
	}
	if (*procs == 0)
		*procs = cpus < 1              ? 1
		         : cpus > DY_PROCS_MAX ? DY_PROCS_MAX
		                               : cpus;
	return 0;
}
