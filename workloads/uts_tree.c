// uts_tree.c - the trees of the unbalanced tree search benchmark: T1, T3, T1L and T3L.
//
// Source: Olivier et al., UTS: An Unbalanced Tree Search Benchmark, LCPC 2006,
// and the parameters of its sample trees. The splittable generator is SHA-1:
//
//   root   SHA1(16 zero bytes, seed as 32 bits big-endian)
//   child  SHA1(state of the parent, index of the child likewise)
//   draw   the last 4 bytes, big-endian, without the top bit: 0 <= d < 2^31
//
// Let u = d / 2^31. A node of a binomial tree has m children if u < q and none
// otherwise; the root has a fixed number. A node of a geometric tree with
// branching factor b has floor(log(1 - u) / log(1 - p)) children, p = 1/(1+b).
//
// The benchmark leaves that last formula to libm, whose rounding differs
// between machines. It is the same to say that a node has at least k children if
// 2^31 - d <= 2^31 * (b/(b+1))^k, and since the left side is an integer, the
// right side may be rounded down once and for all: no logarithm is left, and
// the trees are the same everywhere. test/test_uts_tree.c compares with libm
// on both sides of every step.
#include "uts_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BRANCHING = 4, T1_SEED = 19, T1L_SEED = 29, T1L_DEPTH = 13 };
enum { T3_CHILDREN = 8, T3_SEED = 42 };
enum { T3L_ROOT = 2000, T3L_CHILDREN = 5, T3L_SEED = 7 };

#define DRAWS (UINT32_C(1) << 31)
#define T3_Q 0.124875
#define T3L_Q 0.200014

static void put_be32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (24 - 8 * i));
}

static uint32_t draw(const struct uts_node *n)
{
	const uint8_t *p = n->state + SHA1_SIZE - 4;
	uint32_t x = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	             (uint32_t)p[2] << 8 | (uint32_t)p[3];

	return x & (DRAWS - 1);
}

static struct uts_tree geometric_tree(uint32_t seed, uint32_t depth)
{
	struct uts_tree t = {
		.shape = UTS_GEOMETRIC,
		.seed = seed,
		.depth = depth,
	};
	// Fixed point with 30 fraction bits: exact enough that no step of the
	// 97 is off by one, and room to multiply by 4.
	uint64_t x = (uint64_t)DRAWS << 30;

	for (int k = 0; k < UTS_GEOMETRIC_MAX; k++) {
		t.at_most[k] = (uint32_t)(x >> 30);
		x = x * BRANCHING / (BRANCHING + 1);
	}
	return t;
}

// Scaling q by a power of two is exact.
static struct uts_tree binomial_tree(uint32_t seed, uint32_t root,
                                     uint32_t children, double q)
{
	return (struct uts_tree){
		.shape = UTS_BINOMIAL,
		.seed = seed,
		.root = root,
		.children = children,
		.below = q * DRAWS,
	};
}

struct uts_tree uts_t1(uint32_t depth)
{
	return geometric_tree(T1_SEED, depth);
}

struct uts_tree uts_t1l(void)
{
	return geometric_tree(T1L_SEED, T1L_DEPTH);
}

struct uts_tree uts_t3(uint32_t root)
{
	return binomial_tree(T3_SEED, root, T3_CHILDREN, T3_Q);
}

struct uts_tree uts_t3l(void)
{
	return binomial_tree(T3L_SEED, T3L_ROOT, T3L_CHILDREN, T3L_Q);
}

struct uts_node uts_root(const struct uts_tree *t)
{
	struct uts_node n = {.depth = 0};
	uint8_t text[SHA1_SIZE] = {0};

	put_be32(text + SHA1_SIZE - 4, t->seed);
	sha1_digest(text, sizeof(text), n.state);
	return n;
}

struct uts_node uts_child(const struct uts_node *parent, uint32_t i)
{
	struct uts_node n = {.depth = parent->depth + 1};
	uint8_t text[SHA1_SIZE + 4];

	memcpy(text, parent->state, SHA1_SIZE);
	put_be32(text + SHA1_SIZE, i);
	sha1_digest(text, sizeof(text), n.state);
	return n;
}

static uint32_t geometric(const struct uts_tree *t, const struct uts_node *n)
{
	uint32_t left = DRAWS - draw(n), k = 0;

	if (n->depth >= t->depth)
		return 0;
	while (left <= t->at_most[k + 1])
		k++;
	return k;
}

static uint32_t binomial(const struct uts_tree *t, const struct uts_node *n)
{
	if (n->depth == 0)
		return t->root;
	return draw(n) < t->below ? t->children : 0;
}

uint32_t uts_children(const struct uts_tree *t, const struct uts_node *n)
{
	return t->shape == UTS_GEOMETRIC ? geometric(t, n) : binomial(t, n);
}

void uts_add(struct uts_count *to, const struct uts_count *part)
{
	to->nodes += part->nodes;
	to->leaves += part->leaves;
	if (part->depth > to->depth)
		to->depth = part->depth;
}

//---------------------------------------------------------------------------
// The walk: depth first, with the pending nodes on a stack in the heap
//---------------------------------------------------------------------------

struct pending {
	struct uts_node *node;
	size_t n, room;
};

// reserve makes room for more nodes.
static int reserve(struct pending *p, size_t more)
{
	size_t room = p->room ? p->room : 1024;
	struct uts_node *grown;

	while (room < p->n + more)
		room *= 2;
	if (room == p->room)
		return 0;
	grown = realloc(p->node, room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	p->node = grown;
	p->room = room;
	return 0;
}

// visit counts the node on top and replaces it by its children.
static int visit(const struct uts_tree *t, struct pending *p,
                 struct uts_count *out)
{
	struct uts_node n = p->node[--p->n];
	uint32_t children = uts_children(t, &n);
	struct uts_count one = {1, children == 0, n.depth};
	int err = reserve(p, children);

	uts_add(out, &one);
	for (uint32_t i = 0; !err && i < children; i++)
		p->node[p->n++] = uts_child(&n, i);
	return err;
}

int uts_walk(const struct uts_tree *t, struct uts_count *out)
{
	struct pending p = {0};
	int err = reserve(&p, 1);

	*out = (struct uts_count){0};
	if (!err)
		p.node[p.n++] = uts_root(t);
	while (!err && p.n)
		err = visit(t, &p, out);
	free(p.node);
	return err;
}
