// keyq.c - a P's queue in the order of keys that a policy gives.
//
// A binary heap under a lock, as large as a ring. A key is asked for when the
// goroutine is queued and does not change while it waits; of equal keys the first
// to come is the first to go. Thieves take from the front too, keys and all, so
// that what was urgent on one P is urgent on the next.
//
// Rejected: lock-free priority queues, whose order is approximate, and a queue that
// all Ps share, whose lock is the global queue's trouble again.
//
// Invariant, under the lock: entry[(i - 1) / 2] is not after entry[i].
#include "sched/keyq.h"

#include <stdlib.h>

struct entry {
	uint64_t key, seq;
	struct g *g;
};

struct keyq {
	struct dy_w32 lock;
	struct dy_w32 len; // may be read without
	uint64_t next_seq;
	struct entry entry[DY_RING];
};

bool keyq_open(struct p *pp)
{
	if (!pp->keyq)
		pp->keyq = calloc(1, sizeof *pp->keyq);
	return pp->keyq != NULL;
}

void keyq_close(struct p *pp)
{
	free(pp->keyq);
	pp->keyq = NULL;
}

static bool before(const struct entry *a, const struct entry *b)
{
	return a->key != b->key ? a->key < b->key : a->seq < b->seq;
}

static void insert_locked(struct keyq *q, struct entry e)
{
	uint32_t i = w32_load_own(&q->len);

	w32_store_rel(&q->len, i + 1);
	e.seq = q->next_seq++;
	for (; i > 0 && before(&e, &q->entry[(i - 1) / 2]); i = (i - 1) / 2)
		q->entry[i] = q->entry[(i - 1) / 2];
	q->entry[i] = e;
}

static struct entry remove_locked(struct keyq *q)
{
	uint32_t n = w32_load_own(&q->len) - 1, i = 0, child;
	struct entry first = q->entry[0], last = q->entry[n];

	w32_store_rel(&q->len, n);
	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n &&
		    before(&q->entry[child + 1], &q->entry[child]))
			child++;
		if (!before(&q->entry[child], &last))
			break;
		q->entry[i] = q->entry[child];
		i = child;
	}
	q->entry[i] = last;
	return first;
}

static uint64_t key_of(struct m *mp, struct p *pp, const struct g *gp)
{
	const struct dy_queue_policy *policy = queue_policy();
	struct dy_view v = {mp, pp, AXIS_QUEUE};
	struct dy_goroutine g = {gp->id, port_now(), gp->ran, gp->size};

	return policy && policy->key ? policy->key(&v, &g) : g.now;
}

bool keyq_put(struct m *mp, struct p *pp, struct g *gp)
{
	struct entry e = {.key = key_of(mp, pp, gp), .g = gp};
	struct keyq *q = pp->keyq;
	bool room;

	lock_acquire(&q->lock);
	room = w32_load_own(&q->len) < DY_RING;
	if (room)
		insert_locked(q, e);
	lock_release(&q->lock);
	return room;
}

struct g *keyq_get(struct p *pp)
{
	struct keyq *q = pp->keyq;
	struct g *gp = NULL;

	if (w32_load_acq(&q->len) == 0)
		return NULL;
	lock_acquire(&q->lock);
	if (w32_load_own(&q->len) != 0)
		gp = remove_locked(q).g;
	lock_release(&q->lock);
	return gp;
}

uint32_t keyq_len(const struct p *pp)
{
	return w32_load_acq(&pp->keyq->len);
}

// The later half of the array are leaves: none of them is next.
void keyq_spill(struct p *pp, struct gqueue *out)
{
	struct keyq *q = pp->keyq;
	uint32_t n;

	lock_acquire(&q->lock);
	n = w32_load_own(&q->len);
	for (uint32_t i = n - n / 2; i < n; i++)
		gqueue_push(out, q->entry[i].g);
	w32_store_rel(&q->len, n - n / 2);
	lock_release(&q->lock);
}

static uint32_t take(struct keyq *q, uint32_t want, uint32_t most,
                     struct entry *out)
{
	uint32_t len, n;

	lock_acquire(&q->lock);
	len = w32_load_own(&q->len);
	n = want ? want : len - len / 2;
	n = n < len ? n : len;
	n = n < most ? n : most;
	for (uint32_t i = 0; i < n; i++)
		out[i] = remove_locked(q);
	lock_release(&q->lock);
	return n;
}

// Only its owner, the thief, adds to pp: the room that there is stays.
struct g *keyq_steal(struct p *pp, struct p *victim, uint32_t want, uint32_t *n)
{
	struct entry taken[DY_RING / 2];
	uint32_t most = DY_RING - keyq_len(pp);

	if (most > DY_RING / 2)
		most = DY_RING / 2;
	*n = keyq_len(victim) ? take(victim->keyq, want, most, taken) : 0;
	if (*n == 0)
		return NULL;
	lock_acquire(&pp->keyq->lock);
	for (uint32_t i = 1; i < *n; i++)
		insert_locked(pp->keyq, taken[i]);
	lock_release(&pp->keyq->lock);
	return taken[0].g;
}

void keyq_account(struct m *mp, struct g *gp)
{
	uint64_t now = port_now();

	if (now > mp->ran_since)
		gp->ran += now - mp->ran_since;
}
