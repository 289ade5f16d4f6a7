// netpoll.c - goroutines that wait for descriptors.
//
// Each descriptor has two binary semaphores, one per direction, whose word is
//
//	NIL    nothing has happened
//	READY  an edge came and nobody has used it yet
//	WAIT   a goroutine is about to park
//	a G    that goroutine, parked
//
//	wait:   READY -> NIL, go on;  NIL -> WAIT -> G, park;  woken: -> NIL
//	event:  NIL, WAIT -> READY;   G -> READY, and the G is made runnable
//	close:  the same with NIL for READY
//
// WAIT -> G is the park's commit: it fails if an event came first. Descriptor
// records are never freed while the runtime runs and carry a sequence number,
// which is part of the poller's token: a late event for a descriptor that was
// closed and reused is dropped.
//
// One M at a time blocks in the poller; last_poll is 0 meanwhile. Others that
// need it to come back earlier, because a timer is due before poll_until, wake
// it. Source: runtime/netpoll.go.
#include "sched/netpoll.h"

#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include "base/fatal.h"
#include "sched/latency.h"
#include "sched/park.h"
#include "sched/sched.h"

enum { NIL = 0, READY = 1, WAIT = 2 }; // less than any address
enum { CHUNK = 1024, CHUNKS = 1024, EVENTS = 128 };

struct poll_desc {
	struct dy_wptr sema[2]; // by direction
	struct dy_w32 seq;      // odd: open
	struct dy_w32 lock;     // of open and close
} __attribute__((aligned(32)));

static struct dy_wptr chunk[CHUNKS]; // struct poll_desc[CHUNK]
static struct dy_w32 waiters;        // goroutines parked here

static struct poll_desc *desc(int fd)
{
	struct poll_desc *c;

	if (fd < 0 || fd >= CHUNK * CHUNKS)
		return NULL;
	c = wptr_load_acq(&chunk[fd / CHUNK]);
	return c ? &c[fd % CHUNK] : NULL;
}

static struct poll_desc *desc_make(int fd)
{
	struct poll_desc *fresh;
	void *none = NULL;

	if (fd < 0 || fd >= CHUNK * CHUNKS || desc(fd))
		return desc(fd);
	fresh = aligned_alloc(CACHE_LINE, CHUNK * sizeof *fresh);
	if (fresh)
		memset(fresh, 0, CHUNK * sizeof *fresh);
	if (fresh && !wptr_cas_ar(&chunk[fd / CHUNK], &none, fresh))
		free(fresh); // another was first
	return desc(fd);
}

int netpoll_open(void)
{
	w32_store_own(&waiters, 0);
	w64_store_rel(&sched.last_poll, port_now());
	return port_poll_open();
}

void netpoll_close(void)
{
	port_poll_close();
	for (int i = 0; i < CHUNKS; i++)
		free(wptr_swap_ar(&chunk[i], NULL));
}

bool netpoll_waited(void)
{
	return w32_load_rlx(&waiters) != 0;
}

static uint64_t token(int fd, uint32_t seq)
{
	return (uint64_t)seq << 32 | (uint32_t)fd;
}

int netpoll_add(int fd)
{
	struct poll_desc *pd = desc_make(fd);
	uint32_t seq;
	int err;

	if (!pd)
		return -ENOMEM;
	lock_acquire(&pd->lock);
	seq = w32_load_own(&pd->seq) | 1;
	wptr_store_rel(&pd->sema[POLL_READ], NULL);
	wptr_store_rel(&pd->sema[POLL_WRITE], NULL);
	w32_store_rel(&pd->seq, seq);
	err = port_poll_add(fd, token(fd, seq));
	if (err)
		w32_store_rel(&pd->seq, seq + 1);
	lock_release(&pd->lock);
	return err;
}

// Returns the goroutine that waited, still WAITING.
static struct g *unblock(struct poll_desc *pd, int mode, uintptr_t state)
{
	void *old = wptr_load_acq(&pd->sema[mode]);

	for (;;) {
		if ((uintptr_t)old == READY ||
		    ((uintptr_t)old == NIL && state == NIL))
			return NULL;
		if (wptr_cas_ar(&pd->sema[mode], &old, (void *)state))
			break;
	}
	if ((uintptr_t)old <= WAIT)
		return NULL;
	w32_add_ar(&waiters, (uint32_t)-1);
	return old;
}

int netpoll_del(int fd)
{
	struct poll_desc *pd = desc(fd);
	uint32_t seq;

	if (!pd)
		return -EBADF;
	lock_acquire(&pd->lock);
	seq = w32_load_own(&pd->seq);
	if (!(seq & 1)) {
		lock_release(&pd->lock);
		return -EBADF;
	}
	w32_store_rel(&pd->seq, seq + 1);
	port_poll_del(fd);
	lock_release(&pd->lock);
	for (int mode = POLL_READ; mode <= POLL_WRITE; mode++) {
		struct g *gp = unblock(pd, mode, NIL);

		if (gp)
			ready(gp);
	}
	return 0;
}

static bool commit_wait(struct g *gp, void *sema)
{
	void *wait = (void *)(uintptr_t)WAIT;

	if (!wptr_cas_ar(sema, &wait, gp))
		return false;
	w32_add_ar(&waiters, 1);
	return true;
}

// True: there was an edge to use up.
static bool use_edge(struct dy_wptr *sema)
{
	void *ready_state = (void *)(uintptr_t)READY;

	return wptr_cas_ar(sema, &ready_state, NULL);
}

int netpoll_wait(int fd, int mode)
{
	struct poll_desc *pd = desc(fd);
	struct dy_wptr *sema;
	void *nil = NULL;
	uint32_t seq;

	if (!pd)
		return -EBADF;
	seq = w32_load_acq(&pd->seq);
	if (!(seq & 1))
		return -ECANCELED;
	sema = &pd->sema[mode];
	if (use_edge(sema))
		return 0;
	if (!wptr_cas_ar(sema, &nil, (void *)(uintptr_t)WAIT)) {
		if (use_edge(sema))
			return 0;
		fatal("two goroutines wait for descriptor %d in the same direction",
		      fd);
	}
	if (w32_load_acq(&pd->seq) == seq)
		park(commit_wait, sema, WAIT_IO);
	wptr_swap_ar(sema, NULL);
	return w32_load_acq(&pd->seq) == seq ? 0 : -ECANCELED;
}

static void collect(struct gqueue *list, const struct port_event *ev)
{
	struct poll_desc *pd = desc((int)(uint32_t)ev->token);
	struct g *gp;

	if (!pd || w32_load_acq(&pd->seq) != ev->token >> 32)
		return; // of an earlier life of the descriptor
	if (ev->ready & PORT_READ && (gp = unblock(pd, POLL_READ, READY)))
		gqueue_push(list, gp);
	if (ev->ready & PORT_WRITE && (gp = unblock(pd, POLL_WRITE, READY)))
		gqueue_push(list, gp);
}

struct gqueue netpoll_poll(struct m *mp, uint64_t deadline)
{
	struct port_event ev[EVENTS];
	struct gqueue list = {0};
	int n = port_poll_wait(ev, EVENTS, deadline);

	for (int i = 0; i < n; i++)
		collect(&list, &ev[i]);
	COUNT(mp, polls);
	COUNT_N(mp, poll_readies, list.len);
	return list;
}

static void to_global(struct gqueue *list)
{
	lock_acquire(&sched.lock);
	globq_put_all_locked(list);
	lock_release(&sched.lock);
}

static void start_for(uint32_t n)
{
	for (; n > 0 && w32_load_rlx(&sched.npidle) != 0; n--)
		start_m(NULL, false, M_SPIN);
}

// With a P: as many as there are idle Ps go to the global queue, with an M
// started for each, the rest to this P. Without: all to the global queue.
void netpoll_inject(struct m *mp, struct p *pp, struct gqueue *list)
{
	struct gqueue shared = {0};
	uint32_t n = pp ? w32_load_rlx(&sched.npidle) : UINT32_MAX;
	struct g *gp;

	if (!list->head)
		return;
	COUNT_N(mp, readies, list->len);
	for (gp = list->head; gp; gp = gp->link) {
		latency_begin(mp, gp);
		w32_store_rel(&gp->status, G_RUNNABLE);
	}
	while (n-- > 0 && (gp = gqueue_pop(list)))
		gqueue_push(&shared, gp);
	n = shared.len;
	if (n) {
		to_global(&shared);
		start_for(n);
	}
	while ((gp = gqueue_pop(list)))
		runq_put(pp, gp, false);
	fence_full();
	wake_p();
}

// Pairs with poll_blocking: it publishes last_poll = 0 and poll_until before it
// sleeps, we publish the timer before we look.
bool netpoll_hurry(uint64_t when)
{
	uint64_t until;

	fence_full();
	if (w64_load_acq(&sched.last_poll) != 0)
		return false;
	until = w64_load_acq(&sched.poll_until);
	if (until == 0 || until > when)
		port_poll_wake();
	return true;
}

void netpoll_break(uint64_t when)
{
	if (!netpoll_hurry(when))
		wake_p();
}
