// runq.c - a P's local queue: a slot for what runs next, and a ring.
//
// Invariants:
//   - tail - head, as free-running 32-bit numbers, is 0 .. DY_RING; the Gs are
//     ring[head % DY_RING] .. ring[(tail - 1) % DY_RING], oldest first.
//   - only the owner writes tail and fills slots; anybody takes by moving head
//     with a compare-and-swap, after having read the slots it thereby wins.
//   - only the owner makes runnext non-NULL; anybody may make it NULL.
//
// Orders: a filled slot is published by the release store of tail, which pairs
// with the acquire load of tail by thieves. A slot is handed back by the
// release in the swap of head, which pairs with the acquire load of head by
// the owner, who overwrites it only then.
//
// Source: runtime/proc.go runqput, runqget, runqgrab, runqputslow.
#include "base/fatal.h"
#include "sched/inbox.h"
#include "sched/keyq.h"
#include "sched/lockq.h"
#include "sched/place.h"

_Static_assert((DY_RING & (DY_RING - 1)) == 0, "slots are found by masking");

static struct dy_wptr *slot(struct p *pp, uint32_t i)
{
	return &pp->ring[i % DY_RING];
}

static void to_global(struct m *mp, struct gqueue *batch)
{
	COUNT(mp, overflows);
	globq_put_all(batch);
}

// The ring is full: its older half (Go's rule) and gp go to the global queue, in order.
// False: thieves made room meanwhile.
static bool spill(struct p *pp, struct g *gp, uint32_t head)
{
	struct gqueue batch = {0};
	struct g *moved[DY_RING / 2];
	struct m *mp = port_m();
	uint32_t n = place_overflow(mp, pp);

	for (uint32_t i = 0; i < n; i++)
		moved[i] = wptr_load_rlx(slot(pp, head + i));
	if (!w32_cas_ar(&pp->head, &head, head + n))
		return false;
	for (uint32_t i = 0; i < n; i++)
		gqueue_push(&batch, moved[i]);
	gqueue_push(&batch, gp);
	to_global(mp, &batch);
	return true;
}

static void put_keyed(struct p *pp, struct g *gp)
{
	struct m *mp = port_m();
	struct gqueue batch = {0};

	if (keyq_put(mp, pp, gp))
		return;
	keyq_spill(pp, &batch);
	gqueue_push(&batch, gp);
	to_global(mp, &batch);
}

static void put_locked(struct p *pp, struct g *gp)
{
	struct m *mp = port_m();
	struct gqueue batch = {0};

	if (lockq_put(pp, gp))
		return;
	lockq_spill(pp, place_overflow(mp, pp), &batch);
	gqueue_push(&batch, gp);
	to_global(mp, &batch);
}

static void put_tail(struct p *pp, struct g *gp)
{
	if (__builtin_expect(sched.queue_order >= DY_QUEUE_KEYED, 0)) {
		if (lockq_on())
			put_locked(pp, gp);
		else
			put_keyed(pp, gp);
		return;
	}
	for (;;) {
		uint32_t head = w32_load_acq(&pp->head);
		uint32_t tail = w32_load_own(&pp->tail);

		if (tail - head < DY_RING) {
			wptr_store_rlx(slot(pp, tail), gp);
			w32_store_rel(&pp->tail, tail + 1);
			return;
		}
		if (spill(pp, gp, head))
			return;
	}
}

void runq_put(struct p *pp, struct g *gp, bool next)
{
	if (next && sched.queue_order == DY_QUEUE_KEYED) {
		put_keyed(pp, gp);
		fence_full();
		return;
	}
	if (next) {
		gp = wptr_swap_full(&pp->runnext, gp);
		if (!gp)
			return;
	}
	put_tail(pp, gp);
}

// The owner's end of a queue that is last in, first out (Chase and Lev, Dynamic
// circular work-stealing deque, SPAA 2005, with the barrier of Le et al., PPoPP
// 2013): tail goes down before head is looked at, a thief looks at head before
// tail, so that only for the last one the two can meet, who settle it by head.
// A thief takes one at a time: two would reach past what it has settled.
static struct g *get_newest(struct p *pp)
{
	uint32_t tail = w32_load_own(&pp->tail), head;
	struct g *gp;

	if (tail == w32_load_acq(&pp->head))
		return NULL;
	w32_store_rlx(&pp->tail, tail - 1);
	fence_full();
	head = w32_load_acq(&pp->head);
	gp = wptr_load_rlx(slot(pp, tail - 1));
	if ((int32_t)(tail - 1 - head) > 0)
		return gp;
	if (head == tail || !w32_cas_ar(&pp->head, &head, head + 1))
		gp = NULL;
	w32_store_rel(&pp->tail, tail);
	return gp;
}

static struct g *get_oldest(struct p *pp)
{
	uint32_t head = w32_load_acq(&pp->head);

	while (head != w32_load_own(&pp->tail)) {
		struct g *gp = wptr_load_rlx(slot(pp, head));

		if (w32_cas_ar(&pp->head, &head, head + 1))
			return gp;
	}
	return NULL;
}

static struct g *get_local(struct p *pp)
{
	switch (sched.queue_order) {
	case DY_QUEUE_LIFO:
		return get_newest(pp);
	case DY_QUEUE_KEYED:
		return keyq_get(pp);
	case LOCKED_FIFO:
	case LOCKED_LIFO:
		return lockq_get(pp, sched.queue_order == LOCKED_LIFO);
	case DY_QUEUE_FIFO:
	default:
		return get_oldest(pp);
	}
}

// What others have left here queues up behind what came before. No more than a
// ring's length in one go, so that a queue as long as memory spills but once.
static void empty_inbox(struct p *pp)
{
	struct g *gp;

	for (int n = 0; n < DY_RING && (gp = inbox_get(pp)); n++)
		put_tail(pp, gp);
}

struct g *runq_get(struct m *mp, struct p *pp, bool *inherit)
{
	struct g *gp = wptr_load_rlx(&pp->runnext);

	// A thief may take it first; then it is NULL, and nobody else fills it.
	if (gp && (gp = wptr_swap_ar(&pp->runnext, NULL))) {
		COUNT(mp, runnext_hits);
		*inherit = true;
		return gp;
	}
	if (__builtin_expect(w32_load_rlx(&pp->inbox_len) != 0, 0))
		empty_inbox(pp);
	gp = get_local(pp);
	if (gp)
		COUNT(mp, local_takes);
	*inherit = false;
	return gp;
}

// Reading tail again makes the three reads one moment: without it, a G that is
// being kicked from runnext to the ring could be seen in neither.
bool runq_empty(const struct p *pp)
{
	for (;;) {
		uint32_t head = w32_load_acq(&pp->head);
		uint32_t tail = w32_load_acq(&pp->tail);
		struct g *next = wptr_load_acq(&pp->runnext);

		if (tail == w32_load_acq(&pp->tail))
			return head == tail && !next && inbox_len(pp) == 0 &&
			       (sched.queue_order != DY_QUEUE_KEYED ||
			        keyq_len(pp) == 0);
	}
}

uint32_t runq_len(const struct p *pp)
{
	uint32_t head = w32_load_acq(&pp->head);
	uint32_t n = w32_load_acq(&pp->tail) - head;

	if (sched.queue_order == DY_QUEUE_KEYED)
		n = keyq_len(pp);
	else if ((int32_t)n < 0)
		n = 0; // the owner's get_newest is under way
	else if (n > DY_RING)
		n = DY_RING; // head moved between the reads
	return n + inbox_len(pp);
}

// Copies up to want of the victim's oldest behind the tail of pp, which has
// room, and takes them. Go's want is half, rounded up.
static uint32_t grab(struct p *pp, struct p *victim, uint32_t want)
{
	uint32_t tail = w32_load_own(&pp->tail);

	for (;;) {
		uint32_t head = w32_load_acq(&victim->head);
		uint32_t len = w32_load_acq(&victim->tail) - head;
		uint32_t n = want ? want : len - len / 2;

		if (len == 0)
			return 0;
		if (len > DY_RING && sched.queue_order == DY_QUEUE_LIFO)
			return 0; // the owner has the last one in hand
		if (len > DY_RING)
			continue; // head and tail are of two moments
		if (sched.queue_order == DY_QUEUE_LIFO)
			n = 1;
		if (n > len)
			n = len;
		if (n > DY_RING / 2)
			n = DY_RING / 2;
		for (uint32_t i = 0; i < n; i++)
			wptr_store_rlx(slot(pp, tail + i),
			               wptr_load_rlx(slot(victim, head + i)));
		if (w32_cas_ar(&victim->head, &head, head + n))
			return n;
	}
}

static struct g *steal_from_inbox(struct m *mp, struct p *victim)
{
	struct g *gp = inbox_get(victim);

	if (gp) {
		COUNT(mp, steals_won);
		COUNT(mp, stolen);
	}
	return gp;
}

static struct g *steal_from_ring(struct p *pp, struct p *victim, uint32_t want,
                                 uint32_t *n)
{
	uint32_t tail = w32_load_own(&pp->tail);

	*n = grab(pp, victim, want);
	if (*n > 1)
		w32_store_rel(&pp->tail, tail + *n - 1);
	return *n ? wptr_load_rlx(slot(pp, tail + *n - 1)) : NULL;
}

struct g *runq_steal(struct m *mp, struct p *pp, struct p *victim, uint32_t want)
{
	struct g *gp;
	uint32_t n;

	if (sched.queue_order == DY_QUEUE_KEYED)
		gp = keyq_steal(pp, victim, want, &n);
	else if (lockq_on())
		gp = lockq_steal(pp, victim, want, &n);
	else
		gp = steal_from_ring(pp, victim, want, &n);
	if (!gp)
		return steal_from_inbox(mp, victim);
	COUNT(mp, steals_won);
	COUNT_N(mp, stolen, n);
	return gp;
}

bool runq_steal_next(struct p *victim, struct g *gp)
{
	void *seen = gp;

	return wptr_cas_ar(&victim->runnext, &seen, NULL);
}

static struct g *take_first(struct p *pp)
{
	if (sched.queue_order == DY_QUEUE_KEYED)
		return keyq_get(pp);
	return lockq_on() ? lockq_get(pp, false) : get_oldest(pp);
}

void runq_drain_locked(struct p *pp)
{
	struct gqueue all = {0};
	struct g *gp;

	while ((gp = take_first(pp)))
		gqueue_push(&all, gp);
	while ((gp = inbox_get(pp)))
		gqueue_push(&all, gp);
	gp = wptr_swap_ar(&pp->runnext, NULL);
	if (gp)
		gqueue_push_front(&all, gp);
	if (all.head)
		globq_put_first_locked((uint32_t)pp->id, &all);
}
