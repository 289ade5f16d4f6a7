// chan.h - Go's channels: typed by size, buffered or not, closable.
#ifndef DYNO_CHAN_H
#define DYNO_CHAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dy_chan;

// dy_chan_make returns a channel of elements of elem bytes (may be 0) with room
// for cap of them (0: unbuffered). The caller owns it. NULL when there is no
// memory or the sizes overflow. Blocks: nothing.
struct dy_chan *dy_chan_make(size_t elem, size_t cap);

// dy_chan_free gives the channel back. Fatal while a goroutine waits on it. Who
// knows from an operation that its partner's is complete may free at once; but
// a dy_select that names the channel must have returned. NULL is allowed.
// Blocks: nothing; for a channel of dy_after, as dy_timer_stop.
void dy_chan_free(struct dy_chan *c);

// dy_chan_send copies an element from v. Blocks: G while nobody receives and
// the buffer is full; for ever on a NULL channel. Fatal on a closed channel.
void dy_chan_send(struct dy_chan *c, const void *v);

// dy_chan_recv copies an element to v (v may be NULL: dropped) and returns
// true; or, when the channel is closed and drained, zeroes v and returns
// false. Blocks: G while there is nothing; for ever on a NULL channel.
bool dy_chan_recv(struct dy_chan *c, void *v);

// The try variants return whether they did it. A receive from a closed and drained
// channel succeeds with *ok false (ok may not be NULL). Block: nothing.
bool dy_chan_try_send(struct dy_chan *c, const void *v);
bool dy_chan_try_recv(struct dy_chan *c, void *v, bool *ok);

// dy_chan_close wakes every waiter. Fatal on a NULL or closed channel. Blocks:
// nothing.
void dy_chan_close(struct dy_chan *c);

//---------------------------------------------------------------------------
// Select
//---------------------------------------------------------------------------

// One case of a select: what dy_chan_send or dy_chan_recv would be told.
struct dy_case {
	struct dy_chan *c; // NULL: never ready
	bool send;         // else receive
	bool ok; // out, of the chosen case: an element was received or sent;
		 // false: c is closed and drained, *to is zeroed
	union {
		const void *from; // the element to send
		void *to;         // where a received one goes; NULL: dropped
	};
};

static inline struct dy_case dy_send_case(struct dy_chan *c, const void *from)
{
	struct dy_case k = {c, true, false, {from}};

	return k;
}

static inline struct dy_case dy_recv_case(struct dy_chan *c, void *to)
{
	struct dy_case k = {c, false, false, {to}};

	return k;
}

// dy_select does exactly one of the n cases, chosen uniformly among those that
// need not wait, and returns its index. A channel may be named in any number of
// cases; the elements of cases not chosen are not touched. No cases, or none
// with a channel: blocks for ever. Fatal when a send on a closed channel is
// chosen. -EINVAL: n is negative or above 65536; -ENOMEM: more than 16 cases
// need memory and there is none; nothing was done then. Blocks: G while every
// case would wait; up to 16 cases allocate nothing.
int dy_select(struct dy_case *cases, int n);

// dy_select_try is dy_select with a default: it returns -EAGAIN when every case
// would wait. Blocks: nothing.
int dy_select_try(struct dy_case *cases, int n);

// How many elements are buffered, and how many fit; 0 for NULL. Block: nothing.
size_t dy_chan_len(const struct dy_chan *c);
size_t dy_chan_cap(const struct dy_chan *c);

#ifdef __cplusplus
}
#endif
#endif
