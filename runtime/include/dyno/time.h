// time.h - the monotonic clock, sleeping, timers and tickers.
#ifndef DYNO_TIME_H
#define DYNO_TIME_H

#include <dyno/dyno.h>
#include <dyno/word.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DY_US UINT64_C(1000)
#define DY_MS UINT64_C(1000000)
#define DY_S UINT64_C(1000000000)

// dy_now returns nanoseconds of a monotonic clock with an arbitrary origin.
// Costs 10 to 25 ns. Blocks: nothing.
uint64_t dy_now(void);

// dy_sleep parks the caller for at least ns (0: returns at once).
// Blocks: G. Source of the rules: Go's time.Sleep, timers on per-P 4-ary heaps.
void dy_sleep(uint64_t ns);

//---------------------------------------------------------------------------
// Timers
//---------------------------------------------------------------------------

// A timer does something once, a ticker again and again: it starts a goroutine
// or puts the time, a uint64_t of dy_now's clock, into a channel with room for
// one. The memory is the caller's; started once by one of the first three
// functions, stopped and reset as often as wanted by any goroutine, and given
// back to the caller by dy_timer_close. It belongs to the runtime that was
// running when it was started.
struct dy_chan;
struct dy_timer {
	struct dy_w32 lock; // protects the rest
	bool armed;
	uint64_t period; // 0: once
	void (*act)(struct dy_timer *t, uint64_t now);
	dy_fn fn;
	void *arg;
	struct dy_chan *chan;
	unsigned char node[56] __attribute__((aligned(8))); // in a P's heap
};

// dy_timer_start makes a timer that sends the time after ns, as time.NewTimer.
// 0, or -ENOMEM. Blocks: nothing.
int dy_timer_start(struct dy_timer *t, uint64_t ns);
// dy_ticker_start makes one that does so every period, as time.NewTicker; who
// receives too slowly misses ticks. 0, -EINVAL for no period, or -ENOMEM. Blocks:
// nothing.
int dy_ticker_start(struct dy_timer *t, uint64_t period);
// dy_timer_start_func makes a timer that runs fn(arg) in a new goroutine after
// ns, as time.AfterFunc. Blocks: nothing.
void dy_timer_start_func(struct dy_timer *t, uint64_t ns, dy_fn fn, void *arg);

// dy_timer_chan returns the channel, which is the timer's; NULL if it starts a
// goroutine. Blocks: nothing.
struct dy_chan *dy_timer_chan(const struct dy_timer *t);

// dy_timer_stop makes sure that nothing more comes. Returns whether it kept the
// timer from acting: true, and fn is not started, and what the channel held was
// not received and is gone; false: fn has been started (and may be running), the
// time has been received, or the timer was stopped already. Either way a later
// receive blocks, and the timer is not touched any more.
// Blocks: G, while a fire that has begun on another M comes to its end.
bool dy_timer_stop(struct dy_timer *t);
// dy_timer_reset is dy_timer_stop, and then a start after ns; for a ticker ns is
// the new period and fatal if 0. Blocks and returns as dy_timer_stop.
bool dy_timer_reset(struct dy_timer *t, uint64_t ns);
// dy_timer_close stops the timer and frees its channel, on which nobody waits.
// Needed also after it has fired. Afterwards the memory is the caller's. Blocks
// as dy_timer_stop.
void dy_timer_close(struct dy_timer *t);

// dy_after returns a channel that the time comes out of after ns. The caller
// owns it; dy_chan_free, early or late, stops the timer too. NULL: no memory.
// Blocks: nothing.
struct dy_chan *dy_after(uint64_t ns);

#ifdef __cplusplus
}
#endif
#endif
