// context.h - telling a tree of goroutines that their work is no longer wanted.
//
// A context is cancelled once, for a reason, and its descendants with it. It is
// counted: who makes one or retains it owns a reference and gives it back by
// dy_context_release; a child keeps its parent. The last reference to go frees
// the context, whether it was cancelled or not, and with it its timer. So a
// goroutine that uses a context, waits for its done channel included, must own a
// reference or know that its caller does. All functions may be called by any
// number of goroutines at once. Only for goroutines.
//
// Reasons are negative errno values: -ECANCELED and -ETIMEDOUT for Go's Canceled
// and DeadlineExceeded. Every with_ function returns NULL when there is no
// memory.
#ifndef DYNO_CONTEXT_H
#define DYNO_CONTEXT_H

#include <dyno/dyno.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dy_chan;
struct dy_context;

// dy_context_background is never cancelled; retaining and releasing it does
// nothing. Blocks: nothing.
struct dy_context *dy_context_background(void);

// dy_context_with_cancel makes a child that dy_context_cancel can cancel. The
// child of a cancelled context is cancelled from the start. Blocks: nothing.
struct dy_context *dy_context_with_cancel(struct dy_context *parent);
// dy_context_with_deadline makes a child that is cancelled with -ETIMEDOUT at
// when (of dy_now's clock), or earlier; cause as for dy_context_cancel.
// dy_context_with_timeout: after ns. Block: nothing.
struct dy_context *dy_context_with_deadline(struct dy_context *parent,
                                            uint64_t when, int cause);
struct dy_context *dy_context_with_timeout(struct dy_context *parent,
                                           uint64_t ns);
// dy_context_with_value makes a child in which key, compared by its address, has
// this value. Both stay the caller's. Blocks: nothing.
struct dy_context *dy_context_with_value(struct dy_context *parent,
                                         const void *key, void *value);

// dy_context_retain adds a reference, and returns ctx. Blocks: nothing.
struct dy_context *dy_context_retain(struct dy_context *ctx);
// dy_context_release gives one back. NULL is allowed. Blocks: G, while a timer
// of ctx that is firing on another M comes to its end.
void dy_context_release(struct dy_context *ctx);

// dy_context_cancel cancels ctx, made by with_cancel, _deadline or _timeout, and
// its descendants, with -ECANCELED; only the first call of all does anything.
// cause is what dy_context_cause will say, a negative errno value (0:
// -ECANCELED). Other contexts are not to be cancelled: fatal. Blocks as
// dy_context_release.
void dy_context_cancel(struct dy_context *ctx, int cause);

// dy_context_done returns a channel that is closed when ctx is cancelled. It is
// the context's. NULL: never. Blocks: nothing.
struct dy_chan *dy_context_done(const struct dy_context *ctx);
// dy_context_err returns why ctx was cancelled: -ECANCELED or -ETIMEDOUT; 0 as
// long as it is not. When it is not 0 the done channel is closed. Blocks: nothing.
int dy_context_err(const struct dy_context *ctx);
// dy_context_cause returns the cause that was given by who cancelled first, ctx
// or an ancestor of it; dy_context_err if none was. Blocks: nothing.
int dy_context_cause(const struct dy_context *ctx);
// dy_context_deadline stores when ctx is going to be cancelled at the latest, and
// returns whether there is such a time. Blocks: nothing.
bool dy_context_deadline(const struct dy_context *ctx, uint64_t *when);
// dy_context_value returns the value of key in ctx or its nearest ancestor that
// has one; NULL: none has. Blocks: nothing.
void *dy_context_value(const struct dy_context *ctx, const void *key);

// Something to be done when a context is cancelled.
struct dy_context_func {
	struct dy_context *ctx;
	dy_fn fn;
	void *arg;
	struct dy_context_func *next, *prev;
	bool waits; // it has been neither started nor stopped
};

// dy_context_after runs fn(arg) in a new goroutine when ctx is cancelled, at once
// if it is. f is the caller's, who keeps it and a reference to ctx until fn has
// been started or dy_context_after_stop has returned. Blocks: nothing.
void dy_context_after(struct dy_context *ctx, struct dy_context_func *f,
                      dy_fn fn, void *arg);
// dy_context_after_stop returns whether it kept fn from being run; false: it has
// been started, or was stopped before. Blocks: nothing.
bool dy_context_after_stop(struct dy_context_func *f);

#ifdef __cplusplus
}
#endif
#endif
