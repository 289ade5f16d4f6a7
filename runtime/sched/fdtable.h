// fdtable.h - a record for each descriptor, by its number.
#ifndef SCHED_FDTABLE_H
#define SCHED_FDTABLE_H

#include "base/chunks.h"

enum { FDTABLE_CHUNK = 256, FDTABLE_CHUNKS = 4096 };

struct fdtable {
	struct dy_wptr chunk[FDTABLE_CHUNKS]; // FDTABLE_CHUNK records each
};

static inline bool fdtable_holds(int fd)
{
	return fd >= 0 && fd < FDTABLE_CHUNK * FDTABLE_CHUNKS;
}

// fdtable_find returns the record of fd, of size bytes; NULL: it has none, or is too
// large a number. Blocks: nothing.
static inline void *fdtable_find(const struct fdtable *t, int fd, size_t size)
{
	if (!fdtable_holds(fd))
		return NULL;
	return chunks_find(t->chunk, (uint32_t)fd, FDTABLE_CHUNK, size);
}

// fdtable_make makes it, if there is none: see chunks_make. NULL: there is no memory,
// or it is too large a number. Blocks: nothing.
static inline void *fdtable_make(struct fdtable *t, int fd, size_t size,
                                 void (*init)(void *record))
{
	if (!fdtable_holds(fd))
		return NULL;
	return chunks_make(t->chunk, (uint32_t)fd, FDTABLE_CHUNK, size, init);
}

// fdtable_free frees all records. Nobody uses one any more.
static inline void fdtable_free(struct fdtable *t)
{
	chunks_free(t->chunk, FDTABLE_CHUNKS);
}

#endif
