// ring.c - calls that the kernel completes by itself, and who waits for them.
//
// A goroutine puts its call into the ring, has the kernel begin with it, and takes
// what is complete: often its own, for a write with room and a read with something to
// read are done by then. Otherwise it parks until somebody took it.
//
// The ring is one descriptor of the poller, on which one of the waiting, the leader,
// waits for all. When its own call is done it makes the next of the queue the leader.
// So nobody polls for nobody, and the deadlock detector sees the poller waited for as
// long as a call is under way, and no longer.
//
// Everybody takes completions, also that of the leader's call while the leader waits
// in the poller. The edge that announced it may then come to nothing; so the
// taker sets a deadline that has passed, which the leader, who looks at his call
// first, takes away.
//
// A thread that ends takes its calls with it: they come back cancelled, and are put
// again. Nothing else cancels a call while goroutines run.
//
// Rejected: a goroutine of the runtime's own that takes completions, which costs
// every call two switches and hides deadlocks; to submit by batches when a P runs out
// of work, which saves system calls where many goroutines write at once, and has
// each wait for the others.
#include "sched/ring.h"

#include <errno.h>

#include "base/fatal.h"
#include "base/lock.h"
#include "sched/park.h"
#include "sched/polldesc.h"
#include "sched/sched.h"

enum { TAKEN_MAX = 32 };

// On its goroutine's stack; written under lock. Who was parked may look at it without:
// leads and result were written before he was made ready.
struct waiting {
	struct g *gp;
	struct waiting *next, *prev;
	bool parked, leads, done;
	int result;
};

static struct dy_w32 lock; // protects the rest, and putting and taking
static int ring_fd = -1;
static uint32_t under_way;
static struct waiting *leader;
static bool leader_is_told;          // by a deadline
static struct waiting *first, *last; // the parked

int ring_open(void)
{
	int err = 0;

	lock_acquire(&lock);
	if (ring_fd < 0) {
		int fd = port_ring_open();

		err = fd < 0 ? fd : polldesc_open(fd);
		if (!err)
			ring_fd = fd;
		else if (fd >= 0)
			port_ring_close(0);
	}
	lock_release(&lock);
	return err;
}

void ring_close(void)
{
	if (ring_fd < 0)
		return;
	port_ring_close(under_way);
	ring_fd = -1;
	under_way = 0;
	leader = first = last = NULL;
	leader_is_told = false;
}

//---------------------------------------------------------------------------
// The queue of the parked
//---------------------------------------------------------------------------

static void enqueue_locked(struct waiting *w)
{
	w->parked = true;
	w->next = NULL;
	w->prev = last;
	*(last ? &last->next : &first) = w;
	last = w;
}

static void dequeue_locked(struct waiting *w)
{
	*(w->prev ? &w->prev->next : &first) = w->next;
	*(w->next ? &w->next->prev : &last) = w->prev;
	w->parked = false;
}

//---------------------------------------------------------------------------
// Completions
//---------------------------------------------------------------------------

static void complete_locked(const struct port_result *r, struct gqueue *woken)
{
	struct waiting *w = (struct waiting *)(uintptr_t)r->token;

	under_way--;
	w->result = r->result;
	w->done = true;
	if (w->parked) {
		dequeue_locked(w);
		gqueue_push(woken, w->gp);
	} else if (w == leader && w->gp != g_self()) {
		leader_is_told = true;
		polldesc_deadline(ring_fd, POLL_READ, 1);
	}
}

static void take_locked(struct gqueue *woken)
{
	struct port_result r[TAKEN_MAX];
	int n;

	do {
		n = port_ring_take(r, TAKEN_MAX);
		for (int i = 0; i < n; i++)
			complete_locked(&r[i], woken);
	} while (n == TAKEN_MAX);
}

static void wake(struct gqueue *woken)
{
	struct g *gp;

	while ((gp = gqueue_pop(woken)))
		ready(gp);
}

// Returns with the lock, when nothing is left to be taken.
static void lock_and_take(void)
{
	struct gqueue woken = {0};

	lock_acquire(&lock);
	take_locked(&woken);
	while (woken.head) {
		lock_release(&lock);
		wake(&woken);
		lock_acquire(&lock);
		take_locked(&woken);
	}
}

//---------------------------------------------------------------------------
// Waiting
//---------------------------------------------------------------------------

// The leader's own call is done: another leads, if any waits. Returns who is to be
// made ready.
static struct g *resign_locked(void)
{
	if (leader_is_told)
		polldesc_deadline(ring_fd, POLL_READ, 0);
	leader_is_told = false;
	leader = first;
	if (!leader)
		return NULL;
	dequeue_locked(leader);
	leader->leads = true;
	return leader->gp;
}

// lead takes completions, everybody's, until w is done.
static void lead(const struct waiting *w)
{
	struct poll_desc *pd;
	struct g *next;

	for (lock_and_take(); !w->done; lock_and_take()) {
		lock_release(&lock);
		if (polldesc_enter(ring_fd, POLL_READ, &pd) == 0) {
			polldesc_wait(pd, POLL_READ);
			polldesc_leave(pd, POLL_READ);
		}
	}
	next = resign_locked();
	lock_release(&lock);
	if (next)
		ready(next);
}

static void await(struct waiting *w)
{
	lock_and_take();
	if (w->done) {
		lock_release(&lock);
		return;
	}
	if (leader) {
		enqueue_locked(w);
		park(park_unlock, &lock, WAIT_IO);
	} else {
		leader = w;
		w->leads = true;
		lock_release(&lock);
	}
	if (w->leads)
		lead(w);
}

//---------------------------------------------------------------------------
// Calls
//---------------------------------------------------------------------------

// The kernel may lack memory, or want its completions taken first.
static void submit(void)
{
	int err;

	while ((err = port_ring_submit()) != 0) {
		if (err != -EAGAIN && err != -EBUSY && err != -EINTR)
			dy_throw("ring: a submission was refused (errno %d)",
			         -err);
		lock_and_take();
		lock_release(&lock);
		yield();
	}
}

static void begin(const struct port_call *c)
{
	lock_acquire(&lock);
	while (!port_ring_put(c)) {
		lock_release(&lock);
		submit();
		yield();
		lock_acquire(&lock);
	}
	under_way++;
	lock_release(&lock);
	submit();
}

static ssize_t call(struct port_call *c)
{
	struct waiting w;

	do {
		w = (struct waiting){.gp = g_self()};
		c->token = (uintptr_t)&w;
		begin(c);
		await(&w);
	} while (w.result == -ECANCELED || w.result == -EINTR);
	return w.result;
}

ssize_t ring_read(int fd, void *buf, size_t n, uint64_t offset)
{
	struct port_call c = {.fd = fd, .buf = buf, .n = n, .offset = offset};

	return call(&c);
}

ssize_t ring_write(int fd, const void *buf, size_t n, uint64_t offset)
{
	struct port_call c = {
		.writes = true,
		.fd = fd,
		.buf = (void *)(uintptr_t)buf,
		.n = n,
		.offset = offset,
	};

	return call(&c);
}
