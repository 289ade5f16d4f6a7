// forks.h - a tree of goroutines, each of which waits for its two children.
#ifndef TEST_FORKS_H
#define TEST_FORKS_H

#include <dyno/sync.h>

#include "rt.h"

enum { FORKS_DEPTH = 6 };

struct node {
	int depth;
	struct dy_waitgroup *done;
	long leaves;
};

static inline void grow(void *arg)
{
	struct node *n = arg;
	struct dy_waitgroup done = {0};
	struct node child[2] = {{n->depth - 1, &done, 0},
	                        {n->depth - 1, &done, 0}};

	if (n->depth == 0) {
		n->leaves = 1;
	} else {
		dy_wg_add(&done, 2);
		dy_go(grow, &child[0]);
		dy_go(grow, &child[1]);
		dy_wg_wait(&done);
		n->leaves = child[0].leaves + child[1].leaves;
	}
	dy_wg_done(n->done);
}

// forks grows one, and counts its leaves: a main.
static inline void forks(void *unused)
{
	struct dy_waitgroup done = {0};
	struct node root = {FORKS_DEPTH, &done, 0};

	(void)unused;
	dy_wg_add(&done, 1);
	dy_go(grow, &root);
	dy_wg_wait(&done);
	rt_check(root.leaves == 1 << FORKS_DEPTH);
}

#endif
