// arena.c - memory by the block, given back at once.
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

static struct arena_block *add_block(struct arena *a, size_t size)
{
	size_t room = size > BLOCK ? size : BLOCK;
	struct arena_block *b = calloc(1, sizeof *b + room);
	if (!b)
		return NULL;
	b->size = room;
	b->next = a->block;
	a->block = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t unit = alignof(max_align_t);
	size = (size + unit - 1) / unit * unit;
	struct arena_block *b = a->block;
	if (!b || b->size - b->used < size)
		b = add_block(a, size);
	if (!b)
		return NULL;
	void *p = b->data + b->used;
	b->used += size;
	return p;
}

const char *arena_string(struct arena *a, const char *s)
{
	size_t n = s ? strlen(s) : 0;
	char *copy = arena_alloc(a, n + 1);
	if (copy && n)
		memcpy(copy, s, n);
	return copy;
}

void arena_free(struct arena *a)
{
	while (a->block) {
		struct arena_block *next = a->block->next;
		free(a->block);
		a->block = next;
	}
}
