// arena.h - strings and arrays that live and die together.
#ifndef RESULTS_ARENA_H
#define RESULTS_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *block; // zeroed: empty
};

// arena_alloc returns zeroed memory that lives until arena_free, or NULL.
void *arena_alloc(struct arena *a, size_t size);
// arena_string copies a string (NULL: ""), or returns NULL.
const char *arena_string(struct arena *a, const char *s);
void arena_free(struct arena *a);

#endif
