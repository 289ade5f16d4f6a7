// chunks.h - records that are found by a number.
//
// They are made a chunk at a time, when the first of its numbers is used, and stay
// where they are until all are freed: who has found one may look at it without holding
// anything. The user has the array of pointers to chunks, and checks the numbers.
//
// Inline: size and per are constants where it is called.
#ifndef BASE_CHUNKS_H
#define BASE_CHUNKS_H

#include "port/port.h"

// chunks_find returns the record of number i, of size bytes, per of which are in a chunk;
// NULL: it is not made yet. Blocks: nothing.
static inline void *chunks_find(const struct dy_wptr *chunk, uint32_t i,
                                uint32_t per, size_t size)
{
	char *records = wptr_load_acq(&chunk[i / per]); // pairs with chunks_make

	return records ? records + (i % per) * size : NULL;
}

// chunks_make makes the chunk of number i, zeroed and each record given to init (NULL:
// nothing to do), unless there is one; others may be at it. It returns the record.
// NULL: there is no memory. Blocks: nothing.
void *chunks_make(struct dy_wptr *chunk, uint32_t i, uint32_t per, size_t size,
                  void (*init)(void *record));

// chunks_free frees n of them. Nobody uses a record any more.
void chunks_free(struct dy_wptr *chunk, uint32_t n);

#endif
