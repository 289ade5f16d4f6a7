// null_ranks.c - the shift algorithm (Streitberg and Roehmel 1986): ranks are
// added one at a time, and with each the distribution splits into itself and
// itself moved up by that rank. Ties cost nothing extra, and all terms are
// positive, so that nothing cancels.
#include "null_ranks.h"

#include <errno.h>
#include <stdlib.h>

static size_t sum_of(const uint32_t *doubled, size_t n)
{
	size_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += doubled[i];
	return sum;
}

int null_ranks_signed(const uint32_t *doubled, size_t n, struct null_ranks *out)
{
	if (n > NULL_RANKS_SIGNED)
		return -E2BIG;
	size_t most = sum_of(doubled, n), reached = 0;
	double *chance = calloc(most + 1, sizeof *chance);
	if (!chance)
		return -ENOMEM;
	chance[0] = 1;
	for (size_t i = 0; i < n; i++) {
		size_t up = doubled[i];
		reached += up;
		for (size_t s = reached + 1; s-- > 0;) {
			double moved = s >= up ? chance[s - up] : 0;
			chance[s] = (chance[s] + moved) / 2;
		}
	}
	*out = (struct null_ranks){chance, most};
	return 0;
}

// Row c of the table has the number of ways in which c of the ranks seen so far
// make each sum.
static void count_splits(double *ways, size_t width, const uint32_t *doubled,
                         size_t n, size_t m)
{
	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		size_t up = doubled[i];
		for (size_t c = i + 1 < m ? i + 1 : m; c > 0; c--) {
			double *row = ways + c * width;
			const double *fewer = row - width;
			for (size_t s = up; s < width; s++)
				row[s] += fewer[s - up];
		}
	}
}

int null_ranks_split(const uint32_t *doubled, size_t n, size_t m,
                     struct null_ranks *out)
{
	if (n > NULL_RANKS_SPLIT)
		return -E2BIG;
	size_t width = sum_of(doubled, n) + 1;
	double *ways = calloc((m + 1) * width, sizeof *ways);
	double *chance = calloc(width, sizeof *chance);
	if (!ways || !chance) {
		free(ways);
		free(chance);
		return -ENOMEM;
	}
	count_splits(ways, width, doubled, n, m);
	double all = 0;
	for (size_t s = 0; s < width; s++)
		all += ways[m * width + s];
	for (size_t s = 0; s < width; s++)
		chance[s] = ways[m * width + s] / all;
	free(ways);
	*out = (struct null_ranks){chance, width - 1};
	return 0;
}

void null_ranks_free(struct null_ranks *d)
{
	free(d->chance);
	*d = (struct null_ranks){0};
}

double null_ranks_p(const struct null_ranks *d, size_t sum)
{
	double at_most = 0, at_least = 0;
	for (size_t s = 0; s <= sum && s <= d->most; s++)
		at_most += d->chance[s];
	for (size_t s = sum; s <= d->most; s++)
		at_least += d->chance[s];
	double p = 2 * (at_most < at_least ? at_most : at_least);
	return p < 1 ? p : 1;
}

size_t null_ranks_tail(const struct null_ranks *d, double chance)
{
	size_t k = 0;
	double below = 0;
	while (k <= d->most && below + d->chance[k] <= chance)
		below += d->chance[k++];
	return k;
}
