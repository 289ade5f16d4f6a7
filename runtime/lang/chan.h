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

struct dy_timer;

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
	char buf[];
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

static inline void chan_copy(struct dy_chan *c, void *to, const void *from)
{
	if (to && from && c->elem)
		memcpy(to, from, c->elem);
}

static inline void *chan_slot(struct dy_chan *c, size_t i)
{
	return c->buf + i * c->elem;
}

static inline size_t chan_after(const struct dy_chan *c, size_t i)
{
	return i + 1 == c->cap ? 0 : i + 1;
}

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
		chan_copy(c, receiver->elem, v);
		*woken = chan_complete_locked(receiver);
		return true;
	}
	if (w64_load_own(&c->len) == c->cap)
		return false;
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
		chan_get_locked(c, v);
		sender = waitq_take(&c->sendq);
		if (sender) {
			chan_put_locked(c, sender->elem);
			*woken = chan_complete_locked(sender);
		}
		return true;
	}
	sender = waitq_take(&c->sendq);
	if (sender) {
		chan_copy(c, v, sender->elem);
		*woken = chan_complete_locked(sender);
		return true;
	}
	*ok = false;
	if (!chan_is_closed(c))
		return false;
	if (v)
		memset(v, 0, c->elem);
	return true;
}

#endif
