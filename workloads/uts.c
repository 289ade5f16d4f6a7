// uts.c - unbalanced tree search: count the nodes of a tree that nobody can
// cut into even parts beforehand.
//
// A goroutine per interior node. It generates the children, a hash each, counts
// those that are leaves, and spawns the others; so a tree of n nodes and l
// leaves takes n - l spawns, each with a few hundred nanoseconds of work.
// Balancing is left to the scheduler alone.
//
// Nobody waits for their children, for a parked parent keeps its stack. A
// node's record stays in the heap instead. The last of a family to finish adds
// up the family, frees it, and goes on as the parent, up to the root. One word
// is shared, the number of children still at work:
//
//   a child writes its count, then takes one from unfinished (release);
//   who takes the last one has seen all the others' (acquire) and is alone
//   with the family; a child that was not the last touches nothing any more.
//
// Rejected: one counter for the whole tree, which every goroutine would
// contend for; a lock per family, because the last to unlock would free it under
// a brother who is still leaving it.
//
// How many goroutines there are at once depends on the order of the queues.
// Go's runnext makes this nearly a walk in depth (27,000 of T1's 824,953); first
// in, first out alone would make it one in breadth.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "report.h"
#include "uts_tree.h"

enum { TREE, DEPTH, ROOT };

static const struct wl_param params[] = {
	{"tree", "1", "1 T1, 3 T3, 11 T1L, 13 T3L", 1, 13, {1, 1, 1}},
	{"depth", "1", "depth of T1; T1 itself has 10", 0, 10, {6, 9, 10}},
	{"root", "1", "children of T3's root, of 2000", 1, 2000, {100, 200, 2000}},
	{.name = NULL},
};

// The record of an interior node.
struct task {
	// Set before the goroutine is spawned.
	struct search *search;
	struct task *parent, *next; // next among the parent's children
	struct uts_node node;
	// Written by the node's goroutine, then by the last child to finish.
	struct task *children;
	struct uts_count count;
	// Shared by the children.
	atomic_uint unfinished;
};

struct search {
	struct uts_tree tree;
	struct uts_count right, got;
	atomic_bool out_of_memory;
	struct dy_waitgroup done;
};

//---------------------------------------------------------------------------
// The known answers
//---------------------------------------------------------------------------

struct known {
	int64_t tree, param;
	struct uts_count count;
};

// The whole trees as published with the benchmark; the parts by uts_walk, which
// finds the published counts as well (test/test_uts_tree.c).
static const struct known known[] = {
	{1, 6, {16000, 12839, 6}},
	{1, 9, {1031269, 825408, 9}},
	{1, 10, {4130071, 3305118, 10}},
	{3, 100, {6797, 5959, 67}},
	{3, 200, {2745281, 2402145, 1572}},
	{3, 2000, {4112897, 3599034, 1572}},
	{11, 0, {102181082, 81746377, 13}},
	{13, 0, {111345631, 89076904, 17844}},
};

// right_answer looks it up, or walks the tree to find it.
static int right_answer(struct search *s, int64_t tree, int64_t param)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].tree == tree && known[i].param == param) {
			s->right = known[i].count;
			return 0;
		}
	}
	return uts_walk(&s->tree, &s->right);
}

// choose makes the tree that r asks for, and tells which parameter it follows: the
// large ones have none. False: there is no such tree.
static bool choose(const struct wl_run *r, struct uts_tree *tree, int64_t *param)
{
	*param = 0;
	switch (r->param[TREE]) {
	case 1:
		*param = r->param[DEPTH];
		*tree = uts_t1((uint32_t)*param);
		return true;
	case 3:
		*param = r->param[ROOT];
		*tree = uts_t3((uint32_t)*param);
		return true;
	case 11:
		*tree = uts_t1l();
		return true;
	case 13:
		*tree = uts_t3l();
		return true;
	default:
		return false;
	}
}

static int prepare(struct wl_run *r)
{
	int64_t tree = r->param[TREE], param;
	struct uts_tree chosen;
	struct search *s;

	if (!choose(r, &chosen, &param))
		return report_error(r, -EINVAL,
		                    "tree=%" PRId64
		                    " is none: take 1 (T1), 3 (T3), "
		                    "11 (T1L) or 13 (T3L)",
		                    tree);
	s = calloc(1, sizeof(*s));
	if (!s)
		goto no_memory;
	s->tree = chosen;
	if (right_answer(s, tree, param))
		goto no_memory;
	r->state = s;
	return 0;
no_memory:
	free(s);
	return report_error(r, -ENOMEM, "no memory for the tree");
}

//---------------------------------------------------------------------------
// The search
//---------------------------------------------------------------------------

static struct task *new_task(struct search *s, struct task *parent,
                             const struct uts_node *node)
{
	struct task *t = malloc(sizeof(*t));

	if (!t) {
		atomic_store(&s->out_of_memory, true);
		return NULL;
	}
	*t = (struct task){.search = s, .parent = parent, .node = *node};
	t->count = (struct uts_count){.nodes = 1, .depth = node->depth};
	return t;
}

// generate makes the children of t: leaves are counted, the others put on its
// list. Returns how many these are.
static unsigned generate(struct task *t)
{
	const struct uts_tree *tree = &t->search->tree;
	uint32_t n = uts_children(tree, &t->node);
	unsigned interior = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct uts_node node = uts_child(&t->node, i);
		struct uts_count leaf = {1, 1, node.depth};
		struct task *child;

		if (uts_children(tree, &node) == 0) {
			uts_add(&t->count, &leaf);
			continue;
		}
		child = new_task(t->search, t, &node);
		if (!child)
			continue;
		child->next = t->children;
		t->children = child;
		interior++;
	}
	return interior;
}

// gather adds up a family whose children have all finished, and frees them.
static void gather(struct task *t)
{
	struct task *next;

	for (struct task *c = t->children; c; c = next) {
		next = c->next;
		uts_add(&t->count, &c->count);
		free(c);
	}
}

// leave is the end of a node whose subtree is counted.
static void leave(struct task *t)
{
	struct search *s = t->search;

	while (t->parent) {
		struct task *parent = t->parent;

		if (atomic_fetch_sub_explicit(&parent->unfinished, 1,
		                              memory_order_acq_rel) > 1)
			return;
		gather(parent);
		t = parent;
	}
	s->got = t->count;
	free(t);
	dy_wg_done(&s->done);
}

static void expand(void *arg)
{
	struct task *t = arg, *child, *next;
	unsigned interior = generate(t);

	if (interior == 0) {
		leave(t);
		return;
	}
	// The spawns publish this store. None of the family is freed before the
	// last child has been spawned.
	atomic_init(&t->unfinished, interior);
	for (child = t->children; child; child = next) {
		next = child->next;
		dy_go(expand, child);
	}
}

static void play(struct wl_run *r)
{
	struct search *s = r->state;
	struct uts_node node = uts_root(&s->tree);
	struct task *root = new_task(s, NULL, &node);

	s->got = (struct uts_count){0};
	if (root && uts_children(&s->tree, &node) == 0)
		root->count.leaves = 1;
	if (root) {
		dy_wg_add(&s->done, 1);
		dy_go(expand, root);
		dy_wg_wait(&s->done);
	}
	r->ops = s->got.nodes;
}

static bool verify(struct wl_run *r)
{
	struct search *s = r->state;
	const struct uts_count *got = &s->got, *right = &s->right;

	if (atomic_load(&s->out_of_memory))
		return report_wrong(
			r, "no memory for the nodes: take a smaller tree");
	if (got->nodes == right->nodes && got->leaves == right->leaves &&
	    got->depth == right->depth)
		return true;
	return report_wrong(r,
	                    "counted %" PRIu64 " nodes, %" PRIu64
	                    " leaves, depth %" PRIu32 "; right is %" PRIu64
	                    ", %" PRIu64 ", %" PRIu32,
	                    got->nodes, got->leaves, got->depth, right->nodes,
	                    right->leaves, right->depth);
}

const struct workload wl_uts = {
	.name = "uts",
	.summary = "count an unbalanced tree, a goroutine per interior node",
	.shows = "stealing, and its amount, under deep imbalance",
	.op = "node",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
