// chan.h - a channel from inside, for the files that wait on several.
//
// What is named _locked wants the channel's lock held and leaves it held. Who
// is to be woken comes back through *woken, for after the lock's release.
#ifndef LANG_CHAN_H
#define LANG_CHAN_H

#include <dyno/chan.h>
#include <string.h>

#include "base/fatal.h"
#include "base/lock.h"
#include "lang/sudog.h"
#include "port/race.h"
#include "sched/g.h"

struct dy_timer;

// Where the race detector is told what a place in the buffer orders.
struct chan_mark {
	struct race_mark sent, received;
};

struct dy_chan {
	// Constant.
	size_t elem, cap;
	uint64_t id;            // the order in which a select locks
	struct dy_timer *timer; // that goes with the channel; or NULL

	// Under lock; len and closed may be read without.
	struct dy_w32 lock;
	struct dy_w32 closed;
	struct dy_w64 len;
	size_t sendx, recvx;
	struct waitq recvq, sendq;
	struct race_mark closing;
	struct chan_mark meeting; // of an unbuffered one
	char buf[];               // elements, then a chan_mark each
};

// chan_init makes a channel of zeroed memory with room for its buffer.
void chan_init(struct dy_chan *c, size_t elem, size_t cap);
// chan_close is dy_chan_close and no preemption point.
void chan_close(struct dy_chan *c);
// chan_drain drops what is buffered; returns whether there was anything.
bool chan_drain(struct dy_chan *c);

static inline bool chan_is_closed(const struct dy_chan *c)
{
	return w32_load_acq(&c->closed) != 0;
}

// Whose the element is is not always the caller: chan_race.h tells.
static inline void chan_copy(struct dy_chan *c, void *to, const void *from)
{
	race_ignore_begin();
	if (to && from && c->elem)
		memcpy(to, from, c->elem);
	race_ignore_end();
}

static inline void chan_zero(struct dy_chan *c, void *to)
{
	race_ignore_begin();
	if (to)
		memset(to, 0, c->elem);
	race_ignore_end();
}

static inline void *chan_slot(struct dy_chan *c, size_t i)
{
	return c->buf + i * c->elem;
}

static inline size_t chan_after(const struct dy_chan *c, size_t i)
{
	return i + 1 == c->cap ? 0 : i + 1;
}

//---------------------------------------------------------------------------
// For the race detector: what a channel orders
//---------------------------------------------------------------------------

// The k-th send is ordered before the end of the k-th receive, and that receive
// before the end of send k + cap. Each place of the buffer has a mark, at which
// either side releases before it acquires what the other has; a channel without
// a buffer has one for two who meet, and the active one acquires last. A party
// that waits has what it does done in its name. Source: Go's racenotify and
// racesync.

static inline struct chan_mark *chan_mark(struct dy_chan *c, size_t i)
{
	return c->cap ? (struct chan_mark *)chan_slot(c, c->cap) + i
	              : &c->meeting;
}

static inline void chan_race_send(struct dy_chan *c, size_t i, const void *v)
{
	race_read(&c->closed,
	          sizeof c->closed); // a close at the same time is a race
	race_read(v, c->elem);
	race_release(&chan_mark(c, i)->sent);
	if (c->cap)
		race_acquire(&chan_mark(c, i)->received);
}

static inline void chan_race_recv(struct dy_chan *c, size_t i, void *v)
{
	race_release(&chan_mark(c, i)->received);
	if (c->cap)
		race_acquire(&chan_mark(c, i)->sent);
	race_write(v, c->elem);
}

// A send to a receiver that waits goes through the buffer, for the count.
static inline void chan_race_give(struct dy_chan *c, struct sudog *receiver,
                                  const void *v)
{
	struct ctx_fiber self;

	if (!RACE)
		return;
	chan_race_send(c, c->sendx, v);
	self = race_become(receiver->g->ctx.fiber);
	chan_race_recv(c, c->sendx, NULL);
	race_acquire(&chan_mark(c, c->sendx)->sent);
	race_write(receiver->elem, c->elem);
	race_become(self);
	if (c->cap)
		c->sendx = c->recvx = chan_after(c, c->sendx);
	else
		race_acquire(&c->meeting.received);
}

// A sender that waits gets its element into the buffer, or to a receiver.
static inline void chan_race_take(struct dy_chan *c, struct sudog *sender)
{
	struct ctx_fiber self;

	if (!RACE)
		return;
	self = race_become(sender->g->ctx.fiber);
	chan_race_send(c, c->sendx, sender->elem);
	if (!c->cap)
		race_acquire(&c->meeting.received);
	race_become(self);
	if (!c->cap)
		race_acquire(&c->meeting.sent);
}

// A receiver that waits hears of a close.
static inline void chan_race_dismiss(struct dy_chan *c, struct sudog *receiver)
{
	struct ctx_fiber self;

	if (!RACE)
		return;
	self = race_become(receiver->g->ctx.fiber);
	race_acquire(&c->closing);
	race_write(receiver->elem, c->elem);
	race_become(self);
}

//---------------------------------------------------------------------------
// Operations
//---------------------------------------------------------------------------

static inline void chan_put_locked(struct dy_chan *c, const void *v)
{
	chan_copy(c, chan_slot(c, c->sendx), v);
	c->sendx = chan_after(c, c->sendx);
	w64_add_own(&c->len, 1);
}

static inline void chan_get_locked(struct dy_chan *c, void *v)
{
	chan_copy(c, v, chan_slot(c, c->recvx));
	c->recvx = chan_after(c, c->recvx);
	w64_add_own(&c->len, (uint64_t)-1);
}

// The waiter's part is done.
static inline struct g *chan_complete_locked(struct sudog *s)
{
	s->success = true;
	return s->g;
}

// chan_send_locked sends, unless that would have to wait.
static inline bool chan_send_locked(struct dy_chan *c, const void *v,
                                    struct g **woken)
{
	struct sudog *receiver;

	if (chan_is_closed(c))
		fatal("send on closed channel");
	receiver = waitq_take(&c->recvq);
	if (receiver) {
		chan_race_give(c, receiver, v);
		chan_copy(c, receiver->elem, v);
		*woken = chan_complete_locked(receiver);
		return true;
	}
	if (w64_load_own(&c->len) == c->cap)
		return false;
	chan_race_send(c, c->sendx, v);
	chan_put_locked(c, v);
	return true;
}

// chan_recv_locked receives, unless that would have to wait. *ok: an element,
// not the zero of a closed channel.
static inline bool chan_recv_locked(struct dy_chan *c, void *v, bool *ok,
                                    struct g **woken)
{
	struct sudog *sender;

	*ok = true;
	if (w64_load_own(&c->len) > 0) {
		chan_race_recv(c, c->recvx, v);
		chan_get_locked(c, v);
		sender = waitq_take(&c->sendq);
		if (sender) {
			chan_race_take(c, sender);
			chan_put_locked(c, sender->elem);
			*woken = chan_complete_locked(sender);
		}
		return true;
	}
	sender = waitq_take(&c->sendq);
	if (sender) {
		chan_race_recv(c, 0, NULL);
		chan_race_take(c, sender);
		race_write(v, c->elem);
		chan_copy(c, v, sender->elem);
		*woken = chan_complete_locked(sender);
		return true;
	}
	*ok = false;
	if (!chan_is_closed(c))
		return false;
	race_acquire(&c->closing);
	race_write(v, c->elem);
	chan_zero(c, v);
	return true;
}

#endif
