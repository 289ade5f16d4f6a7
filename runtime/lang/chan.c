// chan.c - channels.
//
// Invariants, under the channel's lock, apart from waiters of a select that has
// been won elsewhere and not taken out yet:
//   - at least one of recvq and sendq is empty, unless all in them are cases of
//     one select that both sends and receives;
//   - if the buffer holds anything, recvq is empty;
//   - if the buffer has room, sendq is empty (an unbuffered one never has);
//   - the buffer's elements are buf[recvx], buf[recvx + 1] ..., len of them,
//     modulo cap.
//
// A sender that finds a receiver waiting copies to where that one wants it and
// makes it ready; the sender keeps the CPU. A receiver that finds a sender
// waiting on a full buffer takes the oldest element and puts the sender's into
// the freed slot: order is kept. The lock is released before ready, and for who
// has to wait by the park's commit, after it has left its stack. A channel is
// not touched after that: whoever was woken may free it.
//
// len and closed are shared words so that the try variants can fail without
// the lock. Source: runtime/chan.go.
#include "lang/chan.h"

#include <stdint.h>
#include <stdlib.h>

#include "lang/alarm.h"
#include "port/race.h"
#include "sched/park.h"
#include "sched/sched.h"

void chan_init(struct dy_chan *c, size_t elem, size_t cap)
{
	static struct dy_w64 made;

	c->elem = elem;
	c->cap = cap;
	c->id = w64_add_rlx(&made, 1);
}

struct dy_chan *dy_chan_make(size_t elem, size_t cap)
{
	struct dy_chan *c;
	size_t slot, bytes;

	if (__builtin_add_overflow(elem, sizeof(struct chan_mark), &slot) ||
	    __builtin_mul_overflow(slot, cap, &bytes) ||
	    __builtin_add_overflow(bytes, sizeof *c, &bytes))
		return NULL;
	c = calloc(1, bytes);
	if (c)
		chan_init(c, elem, cap);
	return c;
}

void dy_chan_free(struct dy_chan *c)
{
	RACE_FRAME;

	if (c && (c->recvq.first || c->sendq.first))
		fatal("dy_chan_free: goroutines wait on the channel");
	if (c && c->timer)
		alarm_free(c->timer);
	free(c);
}

static void unlock_and_wake(struct dy_chan *c, struct g *woken)
{
	lock_release(&c->lock);
	if (woken)
		ready(woken);
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
	RACE_FRAME;
	struct g *woken = NULL;

	preempt_poll();
	if (!c) {
		park(NULL, NULL, WAIT_CHAN_SEND_NIL);
		dy_throw("dy_chan_send: a wait for ever has ended");
	}
	lock_acquire(&c->lock);
	if (chan_send_locked(c, v, &woken))
		unlock_and_wake(c, woken);
	else if (!wait(c, &c->sendq, (void *)(uintptr_t)v, WAIT_CHAN_SEND))
		fatal("send on closed channel");
}

bool dy_chan_recv(struct dy_chan *c, void *v)
{
	RACE_FRAME;
	struct g *woken = NULL;
	bool ok;

	preempt_poll();
	if (!c) {
		park(NULL, NULL, WAIT_CHAN_RECV_NIL);
		dy_throw("dy_chan_recv: a wait for ever has ended");
	}
	lock_acquire(&c->lock);
	if (!chan_recv_locked(c, v, &ok, &woken))
		return wait(c, &c->recvq, v, WAIT_CHAN_RECV);
	unlock_and_wake(c, woken);
	return ok;
}

bool dy_chan_try_send(struct dy_chan *c, const void *v)
{
	RACE_FRAME;
	struct g *woken = NULL;
	bool sent;

	preempt_poll();
	if (!c)
		return false;
	// Full and open at one moment: a failure needs no lock.
	if (c->cap > 0 && !chan_is_closed(c) && w64_load_acq(&c->len) == c->cap)
		return false;
	lock_acquire(&c->lock);
	sent = chan_send_locked(c, v, &woken);
	unlock_and_wake(c, woken);
	return sent;
}

bool dy_chan_try_recv(struct dy_chan *c, void *v, bool *ok)
{
	RACE_FRAME;
	struct g *woken = NULL;
	bool done;

	preempt_poll();
	*ok = false;
	if (!c)
		return false;
	// Empty, and open later: then it was both when it was empty.
	if (c->cap > 0 && w64_load_acq(&c->len) == 0 && !chan_is_closed(c))
		return false;
	lock_acquire(&c->lock);
	done = chan_recv_locked(c, v, ok, &woken);
	unlock_and_wake(c, woken);
	return done;
}

// All waiters, onto a list in reverse order. Receivers get zeroes here: a waiter
// that wakes may find the channel gone.
static struct sudog *dismiss_receivers(struct dy_chan *c)
{
	struct sudog *s, *list = NULL;

	while ((s = waitq_take(&c->recvq))) {
		s->success = false;
		chan_race_dismiss(c, s);
		chan_zero(c, s->elem);
		s->next = list;
		list = s;
	}
	return list;
}

static struct sudog *dismiss_senders(struct dy_chan *c, struct sudog *list)
{
	struct sudog *s;

	while ((s = waitq_take(&c->sendq))) {
		s->success = false;
		s->next = list;
		list = s;
	}
	return list;
}

void chan_close(struct dy_chan *c)
{
	struct sudog *woken;

	lock_acquire(&c->lock);
	if (chan_is_closed(c))
		fatal("close of closed channel");
	w32_store_rel(&c->closed, 1);
	// Receivers get the zero value, senders die of it; last in, first woken,
	// as Go does.
	race_release(&c->closing);
	woken = dismiss_senders(c, dismiss_receivers(c));
	lock_release(&c->lock);
	while (woken) {
		struct sudog *next = woken->next; // woken goes once its G runs

		ready(woken->g);
		woken = next;
	}
}

void dy_chan_close(struct dy_chan *c)
{
	RACE_FRAME;

	if (!c)
		fatal("close of nil channel");
	race_write(&c->closed, sizeof c->closed);
	chan_close(c);
	preempt_poll();
}

bool chan_drain(struct dy_chan *c)
{
	bool any;

	lock_acquire(&c->lock);
	any = w64_load_own(&c->len) > 0;
	w64_store_rel(&c->len, 0);
	c->recvx = c->sendx;
	lock_release(&c->lock);
	return any;
}

size_t dy_chan_len(const struct dy_chan *c)
{
	return c ? w64_load_acq(&c->len) : 0;
}

size_t dy_chan_cap(const struct dy_chan *c)
{
	return c ? c->cap : 0;
}
