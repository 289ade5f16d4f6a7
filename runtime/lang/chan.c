// chan.c - channels.
//
// Invariants, under the channel's lock:
//   - at least one of recvq and sendq is empty;
//   - if the buffer holds anything, recvq is empty;
//   - if the buffer has room, sendq is empty (an unbuffered one never has);
//   - the buffer's elements are buf[recvx], buf[recvx + 1] ..., len of them,
//     modulo cap.
//
// A sender that finds a receiver waiting copies to where that one wants it and
// makes it ready; the sender keeps the CPU. A receiver that finds a sender
// waiting on a full buffer takes the oldest element and puts the sender's into
// the freed slot: order is kept. The lock is released before ready, and for who
// has to wait by the park's commit, after it has left its stack.
//
// len and closed are shared words so that the try variants can fail without
// the lock. Source: runtime/chan.go.
#include <dyno/chan.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/lock.h"
#include "lang/sudog.h"
#include "sched/park.h"
#include "sched/sched.h"

struct dy_chan {
	// Constant.
	size_t elem, cap;

	// Under lock; len and closed may be read without.
	struct dy_w32 lock;
	struct dy_w32 closed;
	struct dy_w64 len;
	size_t sendx, recvx;
	struct waitq recvq, sendq;
	char buf[];
};

struct dy_chan *dy_chan_make(size_t elem, size_t cap)
{
	struct dy_chan *c;
	size_t bytes;

	if (__builtin_mul_overflow(elem, cap, &bytes) ||
	    __builtin_add_overflow(bytes, sizeof *c, &bytes))
		return NULL;
	c = calloc(1, bytes);
	if (!c)
		return NULL;
	c->elem = elem;
	c->cap = cap;
	return c;
}

void dy_chan_free(struct dy_chan *c)
{
	if (c && (c->recvq.first || c->sendq.first))
		fatal("dy_chan_free: goroutines wait on the channel");
	free(c);
}

static void copy(struct dy_chan *c, void *to, const void *from)
{
	if (to && from && c->elem)
		memcpy(to, from, c->elem);
}

static void *slot(struct dy_chan *c, size_t i)
{
	return c->buf + i * c->elem;
}

static size_t after(const struct dy_chan *c, size_t i)
{
	return i + 1 == c->cap ? 0 : i + 1;
}

static bool is_closed(const struct dy_chan *c)
{
	return w32_load_acq(&c->closed) != 0;
}

static void buffer_put(struct dy_chan *c, const void *v)
{
	copy(c, slot(c, c->sendx), v);
	c->sendx = after(c, c->sendx);
	w64_add_own(&c->len, 1);
}

static void buffer_get(struct dy_chan *c, void *v)
{
	copy(c, v, slot(c, c->recvx));
	c->recvx = after(c, c->recvx);
	w64_add_own(&c->len, (uint64_t)-1);
}

// The waiter's part is done: let it go on. Releases the lock.
static void complete(struct dy_chan *c, struct sudog *s)
{
	struct g *gp = s->g;

	s->success = true;
	lock_release(&c->lock);
	ready(gp);
}

// Returns whether it sent; then the lock is released.
static bool send_locked(struct dy_chan *c, const void *v)
{
	struct sudog *receiver;

	if (is_closed(c)) {
		lock_release(&c->lock);
		fatal("send on closed channel");
	}
	receiver = waitq_pop(&c->recvq);
	if (receiver) {
		copy(c, receiver->elem, v);
		complete(c, receiver);
		return true;
	}
	if (w64_load_own(&c->len) == c->cap)
		return false;
	buffer_put(c, v);
	lock_release(&c->lock);
	return true;
}

// Returns whether it received, or the channel is closed; then the lock is
// released.
static bool recv_locked(struct dy_chan *c, void *v, bool *ok)
{
	struct sudog *sender;

	*ok = true;
	if (w64_load_own(&c->len) > 0) {
		buffer_get(c, v);
		sender = waitq_pop(&c->sendq);
		if (sender) {
			buffer_put(c, sender->elem);
			complete(c, sender);
		} else {
			lock_release(&c->lock);
		}
		return true;
	}
	sender = waitq_pop(&c->sendq);
	if (sender) {
		copy(c, v, sender->elem);
		complete(c, sender);
		return true;
	}
	if (!is_closed(c))
		return false;
	*ok = false;
	lock_release(&c->lock);
	if (v)
		memset(v, 0, c->elem);
	return true;
}

// Releases the lock. Returns whether an operation, not a close, ended it.
static bool wait(struct dy_chan *c, struct waitq *q, void *elem,
                 enum wait_reason why)
{
	struct sudog self = {.g = g_self(), .elem = elem};

	waitq_push(q, &self);
	park(park_unlock, &c->lock, why);
	return self.success;
}

void dy_chan_send(struct dy_chan *c, const void *v)
{
	preempt_poll();
	if (!c) {
		park(NULL, NULL, WAIT_CHAN_SEND_NIL);
		dy_throw("dy_chan_send: a wait for ever has ended");
	}
	lock_acquire(&c->lock);
	if (send_locked(c, v))
		return;
	if (!wait(c, &c->sendq, (void *)(uintptr_t)v, WAIT_CHAN_SEND))
		fatal("send on closed channel");
}

bool dy_chan_recv(struct dy_chan *c, void *v)
{
	bool ok;

	preempt_poll();
	if (!c) {
		park(NULL, NULL, WAIT_CHAN_RECV_NIL);
		dy_throw("dy_chan_recv: a wait for ever has ended");
	}
	lock_acquire(&c->lock);
	if (recv_locked(c, v, &ok))
		return ok;
	ok = wait(c, &c->recvq, v, WAIT_CHAN_RECV);
	if (!ok && v)
		memset(v, 0, c->elem);
	return ok;
}

bool dy_chan_try_send(struct dy_chan *c, const void *v)
{
	preempt_poll();
	if (!c)
		return false;
	// Full and open at one moment: a failure needs no lock.
	if (c->cap > 0 && !is_closed(c) && w64_load_acq(&c->len) == c->cap)
		return false;
	lock_acquire(&c->lock);
	if (send_locked(c, v))
		return true;
	lock_release(&c->lock);
	return false;
}

bool dy_chan_try_recv(struct dy_chan *c, void *v, bool *ok)
{
	bool got;

	preempt_poll();
	*ok = false;
	if (!c)
		return false;
	lock_acquire(&c->lock);
	got = recv_locked(c, v, ok);
	if (!got) {
		*ok = false;
		lock_release(&c->lock);
	}
	return got;
}

void dy_chan_close(struct dy_chan *c)
{
	struct sudog *woken = NULL, *s;

	if (!c)
		fatal("close of nil channel");
	lock_acquire(&c->lock);
	if (is_closed(c)) {
		lock_release(&c->lock);
		fatal("close of closed channel");
	}
	w32_store_rel(&c->closed, 1);
	// Receivers get the zero value, senders die of it; last in, first woken,
	// as Go does.
	while ((s = waitq_pop(&c->recvq)) || (s = waitq_pop(&c->sendq))) {
		s->success = false;
		s->next = woken;
		woken = s;
	}
	lock_release(&c->lock);
	while (woken) {
		s = woken->next; // woken is gone once its G runs
		ready(woken->g);
		woken = s;
	}
	preempt_poll();
}

size_t dy_chan_len(const struct dy_chan *c)
{
	return c ? w64_load_acq(&c->len) : 0;
}

size_t dy_chan_cap(const struct dy_chan *c)
{
	return c ? c->cap : 0;
}
