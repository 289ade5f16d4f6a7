// lockq.c - a P's ring under a lock, for thieves that take from its tail.
//
// In the ring of runq.c only the owner moves tail: its put is two stores, and what a
// thief does at the head concerns it only when it takes. A thief at the tail moves what
// the owner moves. So both take a lock here, for everything: that is what
// steal=half-tail costs, two locked instructions at each put and each take of every
// owner, robbed or not, and a wait for the copying of up to half a ring when robbed.
//
// head and tail are the ring's; written under the lock, read without it by runq_len
// and runq_empty: tail is never before head, so equal ones mean that it was empty when
// tail was read.
//
// Rejected: head and tail in one word, changed by compare-and-swap. A thief could not
// tell the ring that it copied from another with the same two numbers: one that was
// robbed and filled again meanwhile.
#include "sched/lockq.h"

static struct dy_wptr *slot(struct p *pp, uint32_t i)
{
	return &pp->ring[i % DY_RING];
}

static uint32_t len_locked(const struct p *pp)
{
	return w32_load_own(&pp->tail) - w32_load_own(&pp->head);
}

static void push_locked(struct p *pp, struct g *gp)
{
	uint32_t tail = w32_load_own(&pp->tail);

	wptr_store_rlx(slot(pp, tail), gp);
	w32_store_rel(&pp->tail, tail + 1);
}

static struct g *oldest_locked(struct p *pp)
{
	uint32_t head = w32_load_own(&pp->head);
	struct g *gp = wptr_load_rlx(slot(pp, head));

	w32_store_rel(&pp->head, head + 1);
	return gp;
}

static struct g *newest_locked(struct p *pp)
{
	uint32_t tail = w32_load_own(&pp->tail) - 1;
	struct g *gp = wptr_load_rlx(slot(pp, tail));

	w32_store_rel(&pp->tail, tail);
	return gp;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

bool lockq_put(struct p *pp, struct g *gp)
{
	bool room;

	lock_acquire(&pp->ring_lock);
	room = len_locked(pp) < DY_RING;
	if (room)
		push_locked(pp, gp);
	lock_release(&pp->ring_lock);
	return room;
}

struct g *lockq_get(struct p *pp, bool newest)
{
	struct g *gp = NULL;

	if (runq_len(pp) == 0)
		return NULL;
	lock_acquire(&pp->ring_lock);
	if (len_locked(pp) > 0)
		gp = newest ? newest_locked(pp) : oldest_locked(pp);
	lock_release(&pp->ring_lock);
	return gp;
}

void lockq_spill(struct p *pp, uint32_t n, struct gqueue *out)
{
	lock_acquire(&pp->ring_lock);
	for (n = least(n, len_locked(pp)); n > 0; n--)
		gqueue_push(out, oldest_locked(pp));
	lock_release(&pp->ring_lock);
}

// Off the victim's tail, to out in the order in which they stand there.
static uint32_t take(struct p *victim, uint32_t want, struct g **out)
{
	uint32_t len, n, tail;

	lock_acquire(&victim->ring_lock);
	len = len_locked(victim);
	n = least(want ? want : len - len / 2, least(len, DY_RING / 2));
	tail = w32_load_own(&victim->tail) - n;
	for (uint32_t i = 0; i < n; i++)
		out[i] = wptr_load_rlx(slot(victim, tail + i));
	w32_store_rel(&victim->tail, tail);
	lock_release(&victim->ring_lock);
	return n;
}

// The thief's own ring is empty, or nearly: there is room for half a ring.
struct g *lockq_steal(struct p *pp, struct p *victim, uint32_t want, uint32_t *n)
{
	struct g *taken[DY_RING / 2];

	*n = runq_len(victim) ? take(victim, want, taken) : 0;
	if (*n == 0)
		return NULL;
	lock_acquire(&pp->ring_lock);
	for (uint32_t i = 0; i + 1 < *n; i++)
		push_locked(pp, taken[i]);
	lock_release(&pp->ring_lock);
	return taken[*n - 1];
}
