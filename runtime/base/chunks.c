// chunks.c - makes records that are found by a number, a chunk at a time.
#include "base/chunks.h"

#include <stdlib.h>
#include <string.h>

static void *new_chunk(uint32_t per, size_t size, void (*init)(void *record))
{
	char *records = aligned_alloc(CACHE_LINE, per * size);

	if (!records)
		return NULL;
	memset(records, 0, per * size);
	for (uint32_t i = 0; init && i < per; i++)
		init(records + i * size);
	return records;
}

void *chunks_make(struct dy_wptr *chunk, uint32_t i, uint32_t per, size_t size,
                  void (*init)(void *record))
{
	void *record = chunks_find(chunk, i, per, size), *none = NULL, *fresh;

	if (record)
		return record;
	fresh = new_chunk(per, size, init);
	if (fresh && !wptr_cas_ar(&chunk[i / per], &none, fresh))
		free(fresh); // another was first
	return chunks_find(chunk, i, per, size);
}

void chunks_free(struct dy_wptr *chunk, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		free(wptr_swap_ar(&chunk[i], NULL));
}
