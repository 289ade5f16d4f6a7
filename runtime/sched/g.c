// g.c - goroutine records: carved from slabs, recycled per P.
//
// A record is two cache lines and is never given back while the runtime runs:
// whoever holds a stale pointer to a G may still look at its status. Dead ones
// are in the caches of the Ps and in their depot.
#include "sched/g.h"

#include "base/fatal.h"
#include "base/lock.h"
#include "sched/p.h"
#include "sched/stack.h"

_Static_assert(offsetof(struct g, param) == CACHE_LINE ||
                       sizeof(struct ctx) > sizeof(void *),
               "a switch touches one line of the record");

enum { SLAB_BYTES = 1 << 18 };

struct slab {
	struct slab *next;
	uint32_t used; // records handed out, in order
};

enum {
	FIRST = (sizeof(struct slab) + sizeof(struct g) - 1) / sizeof(struct g)
};
enum { SLAB_RECORDS = SLAB_BYTES / sizeof(struct g) };

static struct {
	struct depot dead;

	struct dy_w32 lock; // of what follows
	struct slab *slabs;
	struct dy_w64 records;
} pool;

static struct g *record(struct slab *s, uint32_t i)
{
	return (struct g *)s + i;
}

static struct g *of_link(struct free_link *o)
{
	return (struct g *)((char *)o - offsetof(struct g, free));
}

static struct slab *slab_with_room_locked(void)
{
	struct slab *s = pool.slabs;

	if (s && s->used < SLAB_RECORDS)
		return s;
	s = port_map(SLAB_BYTES);
	if (!s)
		fatal("out of memory: no goroutine record after %llu (raise the memory limit)",
		      (unsigned long long)w64_load_own(&pool.records));
	s->next = pool.slabs;
	s->used = FIRST;
	pool.slabs = s;
	return s;
}

// Up to *n neighbours that were never used; *n: how many.
static struct g *carve(uint32_t *n)
{
	struct slab *s;
	struct g *first;

	lock_acquire(&pool.lock);
	s = slab_with_room_locked();
	if (*n > SLAB_RECORDS - s->used)
		*n = SLAB_RECORDS - s->used;
	first = record(s, s->used);
	s->used += *n;
	w64_add_own(&pool.records, *n);
	lock_release(&pool.lock);
	return first;
}

struct g *g_alloc_foreign(void)
{
	struct free_link *o = depot_take_loose(&pool.dead);
	uint32_t one = 1;

	return o ? of_link(o) : carve(&one);
}

static struct g *alloc_fresh(struct p *pp)
{
	uint32_t n = CHAIN;
	struct g *first = carve(&n);

	while (--n > 0)
		cache_put(&pp->records, &pool.dead, &first[n].free);
	return first;
}

struct g *g_alloc(struct p *pp)
{
	struct free_link *o = cache_get(&pp->records, &pool.dead);

	return __builtin_expect(o != NULL, 1) ? of_link(o) : alloc_fresh(pp);
}

void g_free(struct p *pp, struct g *gp)
{
	cache_put(&pp->records, &pool.dead, &gp->free);
}

void g_each(void (*fn)(struct g *gp, void *arg), void *arg)
{
	lock_acquire(&pool.lock);
	for (struct slab *s = pool.slabs; s; s = s->next) {
		for (uint32_t i = FIRST; i < s->used; i++)
			fn(record(s, i), arg);
	}
	lock_release(&pool.lock);
}

uint64_t g_records(void)
{
	return w64_load_own(&pool.records);
}

void g_free_all(void)
{
	for (struct slab *s = pool.slabs; s;) {
		struct slab *next = s->next;

		for (uint32_t i = FIRST; i < s->used; i++)
			stack_abandon(record(s, i));
		port_unmap(s, SLAB_BYTES);
		s = next;
	}
	pool.slabs = NULL;
	pool.dead = (struct depot){0};
	w64_store_own(&pool.records, 0);
}
