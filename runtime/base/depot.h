// depot.h - free objects of one size, passed on between Ps by the chain.
//
// A P that ends more goroutines than it starts has too many records and stacks,
// another too few. Moved one by one under a lock they would be held up by each
// other's cache misses: the objects are warm on the CPU that freed them only.
// Here they move in chains of CHAIN, whole: the depot touches the first object
// of a chain and no other, and a P goes there once in CHAIN gets or puts.
//
//	P's cache     loaded -> o -> o -> o        0 .. CHAIN, taken from and put to
//	              spare  -> o -> ... -> o      none or CHAIN
//	depot         chains -> chain -> chain     of CHAIN each
//	              loose  -> o -> o             those that came one by one
//
// The spare chain is what keeps a P that frees and takes in turn, at the edge of
// a chain, away from the depot. Both levels are last in, first out.
//
// Source: J. Bonwick and J. Adams, Magazines and Vmem, USENIX 2001, section 3.
#ifndef BASE_DEPOT_H
#define BASE_DEPOT_H

#include "base/lock.h"

enum { CHAIN = 32 };

// Lies in the free object, wherever it likes.
struct free_link {
	struct free_link *next;  // in its chain, or among the loose
	struct free_link *chain; // of the first in a chain: the next chain
};

// By the P's holder.
struct cache {
	struct free_link *loaded, *spare;
	struct dy_w32 n; // loaded ones; read by others
};

// Under lock; count and low may be read without.
struct depot {
	struct dy_w32 lock;
	struct dy_w32 count; // objects
	struct dy_w32 low;   // the fewest since depot_watch
	struct free_link *chains, *loose;
};

// depot_take_loose takes one object, from a chain if there is no loose one;
// NULL: the depot is empty. depot_put_loose gives one.
struct free_link *depot_take_loose(struct depot *d);
void depot_put_loose(struct depot *d, struct free_link *o);

// depot_watch begins to watch how low the count gets: what is there all the time
// is not needed.
void depot_watch(struct depot *d);

// cache_get takes the object that was put last; NULL: there is none here nor in
// the depot. cache_put gives one back.
bool cache_load(struct cache *s, struct depot *d);
static inline struct free_link *cache_get(struct cache *s, struct depot *d)
{
	struct free_link *o;

	if (!s->loaded && !cache_load(s, d))
		return NULL;
	o = s->loaded;
	s->loaded = o->next;
	w32_add_own(&s->n, (uint32_t)-1);
	return o;
}

void cache_unload(struct cache *s, struct depot *d);
static inline void cache_put(struct cache *s, struct depot *d,
                             struct free_link *o)
{
	if (w32_load_own(&s->n) == CHAIN)
		cache_unload(s, d);
	o->next = s->loaded;
	s->loaded = o;
	w32_add_own(&s->n, 1);
}

// cache_len is how many objects there are here, for who looks from outside;
// cache_empty gives all of them to the depot.
uint32_t cache_len(const struct cache *s);
void cache_empty(struct cache *s, struct depot *d);

#endif
