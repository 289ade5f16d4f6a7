// depot.c - the halves of a cache that meet the depot.
//
// Each section under the lock is a few instructions on the depot's own line and
// on one object of each chain that it moves. Loose objects are few and rare:
// those of threads without a P, and what a P gives up one by one.
#include "base/depot.h"

static void note_low_locked(struct depot *d)
{
	uint32_t n = w32_load_own(&d->count);

	if (n < w32_load_own(&d->low))
		w32_store_own(&d->low, n);
}

void depot_watch(struct depot *d)
{
	lock_acquire(&d->lock);
	w32_store_own(&d->low, w32_load_own(&d->count));
	lock_release(&d->lock);
}

static struct free_link *take_chain_locked(struct depot *d)
{
	struct free_link *first = d->chains;

	if (first) {
		d->chains = first->chain;
		w32_add_own(&d->count, -(uint32_t)CHAIN);
	}
	return first;
}

static struct free_link *take_chain(struct depot *d)
{
	struct free_link *first;

	if (w32_load_rlx(&d->count) < CHAIN)
		return NULL;
	lock_acquire(&d->lock);
	first = take_chain_locked(d);
	note_low_locked(d);
	lock_release(&d->lock);
	return first;
}

static void put_chain(struct depot *d, struct free_link *first)
{
	lock_acquire(&d->lock);
	first->chain = d->chains;
	d->chains = first;
	w32_add_own(&d->count, CHAIN);
	lock_release(&d->lock);
}

struct free_link *depot_take_loose(struct depot *d)
{
	struct free_link *o;

	if (w32_load_rlx(&d->count) == 0)
		return NULL;
	lock_acquire(&d->lock);
	if (!d->loose) {
		d->loose = take_chain_locked(d);
		if (d->loose)
			w32_add_own(&d->count, CHAIN);
	}
	o = d->loose;
	if (o) {
		d->loose = o->next;
		w32_add_own(&d->count, (uint32_t)-1);
	}
	note_low_locked(d);
	lock_release(&d->lock);
	return o;
}

void depot_put_loose(struct depot *d, struct free_link *o)
{
	lock_acquire(&d->lock);
	o->next = d->loose;
	d->loose = o;
	w32_add_own(&d->count, 1);
	lock_release(&d->lock);
}

static void load(struct cache *s, struct free_link *first, uint32_t n)
{
	s->loaded = first;
	w32_store_own(&s->n, n);
}

bool cache_load(struct cache *s, struct depot *d)
{
	struct free_link *first = s->spare;

	s->spare = NULL;
	if (!first)
		first = take_chain(d);
	if (first) {
		load(s, first, CHAIN);
		return true;
	}
	first = depot_take_loose(d);
	if (!first)
		return false;
	first->next = NULL;
	load(s, first, 1);
	return true;
}

void cache_unload(struct cache *s, struct depot *d)
{
	if (s->spare)
		put_chain(d, s->spare);
	s->spare = s->loaded;
	load(s, NULL, 0);
}

uint32_t cache_len(const struct cache *s)
{
	return w32_load_own(&s->n) + (s->spare ? CHAIN : 0);
}

void cache_empty(struct cache *s, struct depot *d)
{
	while (s->loaded) {
		struct free_link *o = s->loaded;

		s->loaded = o->next;
		depot_put_loose(d, o);
	}
	load(s, NULL, 0);
	if (s->spare)
		put_chain(d, s->spare);
	s->spare = NULL;
}
