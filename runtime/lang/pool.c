// pool.c - items that are given back and taken again, near the P that did so.
//
// Each P has a slot for one item, which only its holder touches, and a stock,
// from which others take when they have nothing: the owner the newest, which is
// warm, thieves the oldest. A goroutine cannot lose its P between looking up
// the P's part and using it: nothing in between gives way.
//
// There is no collector that would empty a pool. The stock knows how far it has
// been run down since the last trim; what lay below was not wanted, and goes
// with the next one. So an item survives one trim unused, and not two.
//
// Source: sync.Pool. Differs: Go's stock is a lock-free deque; here it has a
// lock, which is taken only with the slot full or empty.
#include <dyno/sync.h>
#include <stdlib.h>

#include "base/chunks.h"
#include "base/lock.h"
#include "port/race.h"
#include "sched/park.h"
#include "sched/sched.h"

enum { PER_BLOCK = 64, FIRST_CAP = 16 };

// The stock is a ring: item[head], item[head + 1] ..., len of them, modulo cap,
// which is a power of two.
struct stock {
	struct dy_w32 lock; // protects the rest; len may be read without
	struct dy_w32 len;
	uint32_t least; // that len has been since the last trim
	uint32_t head, cap;
	void **item;
};

struct local {
	void *slot; // by the holder of the P
	struct stock stock;
} __attribute__((aligned(CACHE_LINE)));

static struct local *find(const struct dy_pool *pool, uint32_t id)
{
	struct local *block = wptr_load_acq(&pool->block[id / PER_BLOCK]);

	return block ? &block[id % PER_BLOCK] : NULL;
}

static void count_in(struct dy_pool *pool, uint32_t id)
{
	uint32_t used = w32_load_acq(&pool->used);

	while (used <= id && !w32_cas_ar(&pool->used, &used, id + 1))
		;
}

// The part of the P that the caller holds; NULL: there is no memory.
static struct local *find_own(struct dy_pool *pool, uint32_t id)
{
	if (id >= w32_load_acq(&pool->used))
		count_in(pool, id);
	if (find(pool, id))
		return find(pool, id);
	return chunks_make(pool->block, id, PER_BLOCK, sizeof(struct local),
	                   NULL);
}

static uint32_t own_id(void)
{
	g_self();
	return (uint32_t)m_p(port_m())->id;
}

//---------------------------------------------------------------------------
// The stock
//---------------------------------------------------------------------------

static bool grow(struct stock *s)
{
	uint32_t cap = s->cap ? 2 * s->cap : FIRST_CAP;
	void **item = malloc(cap * sizeof *item);

	if (!item)
		return false;
	for (uint32_t i = 0; i < s->cap; i++)
		item[i] = s->item[(s->head + i) & (s->cap - 1)];
	free(s->item);
	s->item = item;
	s->cap = cap;
	s->head = 0;
	return true;
}

// The array is not its user's.
static bool grow_locked(struct stock *s)
{
	bool grown;

	race_ignore_begin();
	grown = grow(s);
	race_ignore_end();
	return grown;
}

// False: there is no memory.
static bool push(struct stock *s, void *item)
{
	uint32_t len;
	bool room;

	lock_acquire(&s->lock);
	len = w32_load_own(&s->len);
	room = len < s->cap || grow_locked(s);
	if (room) {
		s->item[(s->head + len) & (s->cap - 1)] = item;
		w32_store_rel(&s->len, len + 1);
	}
	lock_release(&s->lock);
	return room;
}

static void *take_locked(struct stock *s, bool newest)
{
	uint32_t len = w32_load_own(&s->len);
	void *item;

	if (len == 0)
		return NULL;
	if (newest)
		item = s->item[(s->head + len - 1) & (s->cap - 1)];
	else
		item = s->item[s->head++ & (s->cap - 1)];
	w32_store_rel(&s->len, len - 1);
	if (s->least > len - 1)
		s->least = len - 1;
	return item;
}

static void *take(struct stock *s, bool newest)
{
	void *item;

	if (w32_load_acq(&s->len) == 0)
		return NULL;
	lock_acquire(&s->lock);
	item = take_locked(s, newest);
	lock_release(&s->lock);
	return item;
}

static void *take_from_others(struct dy_pool *pool, uint32_t id)
{
	uint32_t used = w32_load_acq(&pool->used);
	void *item = NULL;

	for (uint32_t i = 1; i <= used && !item; i++) {
		struct local *l = find(pool, (id + i) % used);

		if (l)
			item = take(&l->stock, false);
	}
	return item;
}

//---------------------------------------------------------------------------
// The pool
//---------------------------------------------------------------------------

// Who takes an item comes after who put it. The mark is not the item's first
// byte: a lock may lie there.
static const char *mark(const void *item)
{
	return (const char *)item + 1;
}

static void drop(struct dy_pool *pool, void *item)
{
	if (item)
		race_acquire(mark(item));
	if (item && pool->drop)
		pool->drop(item, pool->arg);
}

void *dy_pool_get(struct dy_pool *pool)
{
	RACE_FRAME;
	uint32_t id = own_id();
	struct local *l = find(pool, id);
	void *item = NULL;

	if (l && l->slot) {
		item = l->slot;
		l->slot = NULL;
		race_acquire(mark(item));
		return item;
	}
	if (l)
		item = take(&l->stock, true);
	if (!item)
		item = take_from_others(pool, id);
	if (item)
		race_acquire(mark(item));
	else if (pool->make)
		item = pool->make(pool->arg);
	return item;
}

void dy_pool_put(struct dy_pool *pool, void *item)
{
	RACE_FRAME;
	struct local *l = item ? find_own(pool, own_id()) : NULL;

	if (item)
		race_release_merge(mark(item));
	if (l && !l->slot)
		l->slot = item;
	else if (!l || !push(&l->stock, item))
		drop(pool, item);
}

// One by one, without the lock: drop is the user's.
static void trim(struct dy_pool *pool, struct stock *s)
{
	uint32_t unwanted;

	lock_acquire(&s->lock);
	unwanted = s->least;
	lock_release(&s->lock);
	while (unwanted-- > 0)
		drop(pool, take(s, false));
	lock_acquire(&s->lock);
	s->least = w32_load_own(&s->len);
	lock_release(&s->lock);
}

void dy_pool_trim(struct dy_pool *pool)
{
	RACE_FRAME;
	uint32_t used = w32_load_acq(&pool->used);

	for (uint32_t id = 0; id < used; id++) {
		struct local *l = find(pool, id);

		if (l)
			trim(pool, &l->stock);
	}
}

void dy_pool_clear(struct dy_pool *pool)
{
	RACE_FRAME;
	uint32_t used = w32_swap_ar(&pool->used, 0);

	for (uint32_t id = 0; id < used; id++) {
		struct local *l = find(pool, id);
		void *item;

		if (!l)
			continue;
		drop(pool, l->slot);
		while ((item = take(&l->stock, false)))
			drop(pool, item);
		free(l->stock.item);
	}
	chunks_free(pool->block, DY_PROCS_MAX / PER_BLOCK);
}
