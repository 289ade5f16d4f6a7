// holm.c - the step-down procedure: the smallest of m p-values is multiplied by
// m, the next by m - 1, ...; none may become smaller than the one before.
#include "holm.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int by_p(const void *a, const void *b)
{
	double x = **(double *const *)a, y = **(double *const *)b;
	return (x > y) - (x < y);
}

int holm_adjust(double *p, size_t n)
{
	double **at = malloc((n + 1) * sizeof *at), least = 0;
	size_t tests = 0;
	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (!isnan(p[i]))
			at[tests++] = &p[i];
	}
	if (tests)
		qsort(at, tests, sizeof *at, by_p);
	for (size_t i = 0; i < tests; i++) {
		double times = *at[i] * (double)(tests - i);
		if (times > least)
			least = times < 1 ? times : 1;
		*at[i] = least;
	}
	free(at);
	return 0;
}
