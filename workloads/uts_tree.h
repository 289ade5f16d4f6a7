// uts_tree.h - the trees of the unbalanced tree search benchmark.
//
// A tree is never stored: a node carries 20 bytes of generator state, from
// which the number of its children and their states follow.
#ifndef WORKLOADS_UTS_TREE_H
#define WORKLOADS_UTS_TREE_H

#include <stdint.h>

#include "sha1.h"

enum uts_shape { UTS_GEOMETRIC, UTS_BINOMIAL };

// More children than a node of a geometric tree can have (uts_tree.c).
enum { UTS_GEOMETRIC_MAX = 128 };

struct uts_tree {
	enum uts_shape shape;
	uint32_t seed;
	uint32_t depth; // geometric: nodes this deep have no children
	// Binomial: children of the root, and of a node that has any; a node has
	// them if its draw is below this.
	uint32_t root, children;
	double below;
	// Geometric: a node whose draw d is such that 2^31 - d <= at_most[k]
	// has at least k children. Never rises, and ends in zeroes.
	uint32_t at_most[UTS_GEOMETRIC_MAX];
};

struct uts_node {
	uint8_t state[SHA1_SIZE];
	uint32_t depth;
};

// What a subtree comes to.
struct uts_count {
	uint64_t nodes, leaves;
	uint32_t depth; // of its deepest node
};

// uts_t1 is T1: geometric, branching factor 4 down to depth (T1 itself: 10).
struct uts_tree uts_t1(uint32_t depth);
// uts_t3 is T3: binomial, with root children of the root (T3 itself: 2000).
struct uts_tree uts_t3(uint32_t root);
// uts_t1l and uts_t3l are the same with 25 times as many nodes: T1L's depth is 13,
// its seed another; T3L's nodes have 5 children with q = 0.200014.
struct uts_tree uts_t1l(void);
struct uts_tree uts_t3l(void);

// uts_root and uts_child make nodes; uts_children says how many there are.
struct uts_node uts_root(const struct uts_tree *t);
struct uts_node uts_child(const struct uts_node *parent, uint32_t i);
uint32_t uts_children(const struct uts_tree *t, const struct uts_node *n);

// uts_add puts a subtree's count to that of the tree it is part of.
void uts_add(struct uts_count *to, const struct uts_count *part);

// uts_walk counts the whole tree, alone and in one go. Returns 0 or -ENOMEM.
int uts_walk(const struct uts_tree *t, struct uts_count *out);

#endif
