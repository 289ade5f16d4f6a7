// pairs.c - few combinations in which every pair of choices occurs.
//
// Greedy: a row begins with the first pair that no row has had, and takes for each
// further axis the choice that makes most new pairs with those that the row has.
#include "pairs.h"

enum { OPEN = -1 }; // not chosen yet

static bool first_unseen(const struct pairs *p, int row[PAIRS_AXES])
{
	for (int i = 0; i < p->axes; i++)
		for (int j = i + 1; j < p->axes; j++)
			for (int a = 0; a < p->choices[i]; a++)
				for (int b = 0; b < p->choices[j]; b++)
					if (!p->seen[i][a][j][b]) {
						row[i] = a;
						row[j] = b;
						return true;
					}
	return false;
}

// gain is how many new pairs choice a of axis i makes.
static int gain(const struct pairs *p, const int row[PAIRS_AXES], int i, int a)
{
	int n = 0;

	for (int j = 0; j < p->axes; j++)
		n += j != i && row[j] != OPEN && !p->seen[i][a][j][row[j]];
	return n;
}

static int best(const struct pairs *p, const int row[PAIRS_AXES], int i)
{
	int choice = 0;

	for (int a = 1; a < p->choices[i]; a++)
		if (gain(p, row, i, a) > gain(p, row, i, choice))
			choice = a;
	return choice;
}

static void mark(struct pairs *p, const int row[PAIRS_AXES])
{
	for (int i = 0; i < p->axes; i++)
		for (int j = 0; j < p->axes; j++)
			p->seen[i][row[i]][j][row[j]] = true;
}

bool pairs_next(struct pairs *p, int row[PAIRS_AXES])
{
	for (int i = 0; i < p->axes; i++)
		row[i] = OPEN;
	if (!first_unseen(p, row))
		return false;
	for (int i = 0; i < p->axes; i++)
		if (row[i] == OPEN)
			row[i] = best(p, row, i);
	mark(p, row);
	return true;
}
