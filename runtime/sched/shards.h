// shards.h - the global queue as several lists.
#ifndef SCHED_SHARDS_H
#define SCHED_SHARDS_H

#include "sched/sched.h"

// shards_open empties all lists; sched.shards says how many there are.
void shards_open(void);
// shards_home is the list of the caller: that of its P, or without one of its M.
uint32_t shards_home(void);
// shards_put moves all of q to the end of list home % sched.shards, or to its
// beginning. Ends with a StoreLoad barrier.
void shards_put(uint32_t home, struct gqueue *q, bool first);
// shards_get takes a batch, as globq_take does, off the first list that has any.
struct g *shards_get(struct p *pp, struct gqueue *rest, uint32_t max);
uint32_t shards_len(void); // of all of them; racy

#endif
