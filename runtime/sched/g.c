// g.c - goroutine records: carved from slabs, recycled per P.
//
// A record is two cache lines and is never given back while the runtime runs:
// whoever holds a stale pointer to a G may still look at its status. A P keeps
// up to GFREE_MAX dead ones; beyond that half go to a common list, from which
// a P without any takes as many.
#include "sched/g.h"

#include "base/fatal.h"
#include "base/lock.h"
#include "sched/p.h"

_Static_assert(offsetof(struct g, param) == CACHE_LINE ||
                       sizeof(struct ctx) > sizeof(void *),
               "a switch touches one line of the record");

enum { SLAB_BYTES = 1 << 18, GFREE_MAX = 64, GFREE_BATCH = 32 };

struct slab {
	struct slab *next;
	uint32_t used; // records handed out, in order
};

enum {
	FIRST = (sizeof(struct slab) + sizeof(struct g) - 1) / sizeof(struct g)
};
enum { SLAB_RECORDS = SLAB_BYTES / sizeof(struct g) };

static struct {
	struct dy_w32 lock;
	struct slab *slabs;
	struct gqueue free;
	struct dy_w64 records;
} pool;

static struct g *record(struct slab *s, uint32_t i)
{
	return (struct g *)s + i;
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

static struct g *take_locked(void)
{
	struct g *gp = gqueue_pop(&pool.free);
	struct slab *s;

	if (gp)
		return gp;
	s = slab_with_room_locked();
	w64_add_own(&pool.records, 1);
	return record(s, s->used++);
}

struct g *g_alloc_foreign(void)
{
	struct g *gp;

	lock_acquire(&pool.lock);
	gp = take_locked();
	lock_release(&pool.lock);
	return gp;
}

static void refill(struct p *pp)
{
	lock_acquire(&pool.lock);
	while (w32_load_own(&pp->ngfree) < GFREE_BATCH) {
		struct g *gp = take_locked();

		gp->link = pp->gfree;
		pp->gfree = gp;
		w32_add_own(&pp->ngfree, 1);
	}
	lock_release(&pool.lock);
}

struct g *g_alloc(struct p *pp)
{
	struct g *gp;

	if (!pp->gfree)
		refill(pp);
	gp = pp->gfree;
	pp->gfree = gp->link;
	w32_add_own(&pp->ngfree, (uint32_t)-1);
	return gp;
}

static void spill(struct p *pp)
{
	lock_acquire(&pool.lock);
	while (w32_load_own(&pp->ngfree) > GFREE_BATCH) {
		struct g *gp = pp->gfree;

		pp->gfree = gp->link;
		w32_add_own(&pp->ngfree, (uint32_t)-1);
		gqueue_push_front(&pool.free, gp);
	}
	lock_release(&pool.lock);
}

void g_free(struct p *pp, struct g *gp)
{
	gp->link = pp->gfree;
	pp->gfree = gp;
	w32_add_own(&pp->ngfree, 1);
	if (w32_load_own(&pp->ngfree) > GFREE_MAX)
		spill(pp);
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
			ctx_discard(&record(s, i)->ctx);
		port_unmap(s, SLAB_BYTES);
		s = next;
	}
	pool.slabs = NULL;
	pool.free = (struct gqueue){0};
	w64_store_own(&pool.records, 0);
}

const char *wait_reason_name(enum wait_reason why)
{
	static const char *const name[WAIT_REASONS] = {
		[WAIT_NONE] = "",
		[WAIT_SLEEP] = "sleep",
		[WAIT_CHAN_SEND] = "chan send",
		[WAIT_CHAN_RECV] = "chan receive",
		[WAIT_CHAN_SEND_NIL] = "chan send (nil chan)",
		[WAIT_CHAN_RECV_NIL] = "chan receive (nil chan)",
		[WAIT_SELECT] = "select",
		[WAIT_SELECT_NO_CASES] = "select (no cases)",
		[WAIT_SEMACQUIRE] = "semacquire",
		[WAIT_MUTEX] = "sync.Mutex.Lock",
		[WAIT_RWMUTEX_READ] = "sync.RWMutex.RLock",
		[WAIT_RWMUTEX_WRITE] = "sync.RWMutex.Lock",
		[WAIT_COND] = "sync.Cond.Wait",
		[WAIT_WAITGROUP] = "sync.WaitGroup.Wait",
		[WAIT_IO] = "IO wait",
	};

	return why < WAIT_REASONS ? name[why] : "?";
}
