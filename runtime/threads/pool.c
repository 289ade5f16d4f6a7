// pool.c - dy_pool without Ps: one stock for all, under a lock.
//
// The items form a stack in an array that grows. As in lang/pool.c the stock
// knows how far it has been run down since the last trim: what lay below was not
// wanted, and goes with the next one, oldest first.
#include <dyno/sync.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"

enum { FIRST_CAP = 16 };

struct stock {
	struct dy_w32 lock; // protects the rest
	uint32_t len, cap;
	uint32_t least; // that len has been since the last trim
	void **item;    // oldest first
};

static struct stock *find(const struct dy_pool *pool)
{
	return wptr_load_acq(&pool->block[0]);
}

// NULL: there is no memory.
static struct stock *find_or_make(struct dy_pool *pool)
{
	struct stock *fresh;
	void *none = NULL;

	if (find(pool))
		return find(pool);
	fresh = calloc(1, sizeof *fresh);
	if (fresh && !wptr_cas_ar(&pool->block[0], &none, fresh))
		free(fresh); // another was first
	return find(pool);
}

static void drop(const struct dy_pool *pool, void *item)
{
	if (item && pool->drop)
		pool->drop(item, pool->arg);
}

static bool grow_locked(struct stock *s)
{
	uint32_t cap = s->cap ? 2 * s->cap : FIRST_CAP;
	void **item = realloc(s->item, cap * sizeof *item);

	if (!item)
		return false;
	s->item = item;
	s->cap = cap;
	return true;
}

void *dy_pool_get(struct dy_pool *pool)
{
	struct stock *s = find(pool);
	void *item = NULL;

	if (s) {
		lock_acquire(&s->lock);
		if (s->len > 0)
			item = s->item[--s->len];
		if (s->least > s->len)
			s->least = s->len;
		lock_release(&s->lock);
	}
	if (!item && pool->make)
		item = pool->make(pool->arg);
	return item;
}

void dy_pool_put(struct dy_pool *pool, void *item)
{
	struct stock *s = item ? find_or_make(pool) : NULL;
	bool kept = false;

	if (s) {
		lock_acquire(&s->lock);
		kept = s->len < s->cap || grow_locked(s);
		if (kept)
			s->item[s->len++] = item;
		lock_release(&s->lock);
	}
	if (!kept)
		drop(pool, item);
}

static void *take_oldest(struct stock *s)
{
	void *item = NULL;

	lock_acquire(&s->lock);
	if (s->len > 0) {
		item = s->item[0];
		s->len--;
		memmove(s->item, s->item + 1, s->len * sizeof *s->item);
	}
	lock_release(&s->lock);
	return item;
}

// One by one, without the lock: drop is the user's.
void dy_pool_trim(struct dy_pool *pool)
{
	struct stock *s = find(pool);
	uint32_t unwanted;

	if (!s)
		return;
	lock_acquire(&s->lock);
	unwanted = s->least;
	lock_release(&s->lock);
	while (unwanted-- > 0)
		drop(pool, take_oldest(s));
	lock_acquire(&s->lock);
	s->least = s->len;
	lock_release(&s->lock);
}

void dy_pool_clear(struct dy_pool *pool)
{
	struct stock *s = wptr_swap_ar(&pool->block[0], NULL);

	if (!s)
		return;
	for (uint32_t i = 0; i < s->len; i++)
		drop(pool, s->item[i]);
	free(s->item);
	free(s);
}
