// shards.c - the global queue as several lists, each under a lock of its own.
//
// A put goes to the home list of who puts: of a P by its number, of an M without one
// by that. So producers meet only those who share their list. A take begins at home
// too, and most Gs come back to where they were put. A mask says which lists are not
// empty, and nobody visits the others.
//
// Home first is not enough: a list that is nobody's home (its P is gone, or it was an
// M that put) would wait until some P's home runs empty, which may be never. So every
// eighth take of a P begins at the next list in turn.
//
// Invariant, under a list's lock: its bit of sched.shards_some is set if and only if
// it has a G.
//
// Orders: a put is a submission like any other (sched.h). It publishes the bit, passes
// a barrier, and its caller looks for idle Ps; who gives up a P passes a barrier and
// looks at the mask. The one list does not need that: it is under sched.lock, as are
// the Ps that go idle. Hence the second look in handoff_p's end (idle.c).
//
// Rejected: a random list for each put, which Tokio found a fifth to a third slower; a
// common length, which each put would have to write, in a line that all share; a list
// per P, which is what the Ps' own queues are.
#include "sched/shards.h"

#include <string.h>

enum { TURN = 8 }; // one take in so many does not begin at home

static struct shard {
	_Alignas(CACHE_LINE) struct dy_w32 lock;
	struct dy_w32 len; // may be read without
	struct gqueue queue;
} shard[SHARDS_MAX];

void shards_open(void)
{
	memset(shard, 0, sizeof shard);
}

uint32_t shards_home(void)
{
	struct m *mp = port_m();
	struct p *pp = m_p(mp);

	return (uint32_t)(pp ? pp->id : mp->id);
}

static uint64_t bit(const struct shard *s)
{
	return UINT64_C(1) << (s - shard);
}

// The list changed, under its lock.
static void publish(struct shard *s, uint32_t before)
{
	uint32_t len = s->queue.len;

	w32_store_rel(&s->len, len);
	if (before == 0 && len != 0)
		w64_or_ar(&sched.shards_some, bit(s));
	else if (before != 0 && len == 0)
		w64_and_ar(&sched.shards_some, ~bit(s));
}

void shards_put(uint32_t home, struct gqueue *q, bool first)
{
	struct shard *s = &shard[home % sched.shards];
	uint32_t before;

	lock_acquire(&s->lock);
	before = s->queue.len;
	if (first) {
		gqueue_append(q, &s->queue);
		s->queue = *q;
		*q = (struct gqueue){0};
	} else {
		gqueue_append(&s->queue, q);
	}
	publish(s, before);
	lock_release(&s->lock);
	fence_full();
}

static struct g *take(struct shard *s, struct p *pp, struct gqueue *rest,
                      uint32_t max)
{
	uint32_t before;
	struct g *gp;

	lock_acquire(&s->lock);
	before = s->queue.len;
	gp = globq_take(&s->queue, pp, rest, max);
	publish(s, before);
	lock_release(&s->lock);
	return gp;
}

static uint32_t first_list(struct p *pp)
{
	uint32_t n = pp->shard_takes++;

	if (n % TURN == TURN - 1)
		return n / TURN % sched.shards;
	return (uint32_t)pp->id % sched.shards;
}

// The first of a set's members, which there are, from one on and round.
static uint32_t next_of(uint64_t set, uint32_t from)
{
	uint64_t above = set >> from << from;

	return (uint32_t)__builtin_ctzll(above ? above : set);
}

struct g *shards_get(struct p *pp, struct gqueue *rest, uint32_t max)
{
	uint64_t left = w64_load_acq(&sched.shards_some);
	uint32_t first = first_list(pp);
	struct g *gp = NULL;

	while (left && !gp) {
		struct shard *s = &shard[next_of(left, first)];

		left &= ~bit(s);
		gp = take(s, pp, rest, max);
	}
	return gp;
}

uint32_t shards_len(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < sched.shards; i++)
		n += w32_load_rlx(&shard[i].len);
	return n;
}
