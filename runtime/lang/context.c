// context.c - cancellation, deadlines and values that are passed down a tree.
//
// A context that can be cancelled has a root that is itself; a value has the
// root of its parent; background has none. The state is in the root.
//
// Invariants: a context holds a reference to its parent. A root that is not
// cancelled is on the list of the root above it, if there is one, from its
// making to its cancellation or its end; the list holds no references, and is
// protected by the lock of the root whose list it is. A root's err goes from 0
// to something once, under its lock; after that nothing is put on its list.
//
// Cancelling goes down the tree without recursion: settle takes the children off
// the list of who was cancelled, with a reference each, and puts them on the
// list of those still to be settled, through the same links, which are theirs
// alone then. A child without references is about to take itself off, and is
// left where it is. No two contexts are locked at once; a timer is locked inside.
//
// Source: context.Context. Differs: contexts are counted, since nobody collects
// them; err waits for the done channel to be closed rather than to hold a lock
// meanwhile.
#include <dyno/context.h>
#include <dyno/time.h>
#include <stdlib.h>

#include <errno.h>

#include "lang/alarm.h"
#include "lang/chan.h"
#include "port/race.h"
#include "sched/sched.h"

struct dy_context {
	// Constant.
	struct dy_context *parent; // NULL: background
	struct dy_context *root;
	const void *key;
	void *value;
	uint64_t deadline; // 0: none
	int deadline_cause;
	struct dy_chan *done; // of a root

	// By anybody.
	struct dy_w32 refs;

	// Of a root, under its lock; err may be read without.
	struct dy_w32 lock;
	struct dy_w32 err; // negated
	int cause;
	bool has_timer;
	struct dy_context *children;
	struct dy_context_func *funcs, *last_func;

	// Under the lock of the root above.
	struct dy_context *next, *prev;
	bool listed;

	struct dy_timer timer; // has its own lock
};

static struct dy_context background;

struct dy_context *dy_context_background(void)
{
	return &background;
}

static struct dy_context *root_above(const struct dy_context *c)
{
	return c->parent->root;
}

//---------------------------------------------------------------------------
// References
//---------------------------------------------------------------------------

struct dy_context *dy_context_retain(struct dy_context *ctx)
{
	if (ctx != &background)
		w32_add_ar(&ctx->refs, 1);
	return ctx;
}

// For who is not sure that there is a reference: false, it is too late.
static bool retain_if_alive(struct dy_context *c)
{
	uint32_t n = w32_load_acq(&c->refs);

	while (n > 0) {
		if (w32_cas_ar(&c->refs, &n, n + 1))
			return true;
	}
	return false;
}

// Takes c off the list of the root above, if it is there.
static void unlist(struct dy_context *c)
{
	struct dy_context *up = root_above(c);

	if (!up)
		return;
	lock_acquire(&up->lock);
	if (c->listed) {
		*(c->prev ? &c->prev->next : &up->children) = c->next;
		if (c->next)
			c->next->prev = c->prev;
		c->listed = false;
	}
	lock_release(&up->lock);
}

static void destroy(struct dy_context *c)
{
	if (c->root == c) {
		if (c->funcs)
			fatal("dy_context_release: functions wait for the context");
		if (c->has_timer)
			dy_timer_close(&c->timer);
		unlist(c);
		dy_chan_free(c->done);
	}
	free(c);
}

// Returns whether it was the last.
static bool drop_ref(struct dy_context *c)
{
	race_release_merge(&c->refs);
	if (w32_add_ar(&c->refs, (uint32_t)-1) != 0)
		return false;
	race_acquire(&c->refs);
	return true;
}

void dy_context_release(struct dy_context *ctx)
{
	RACE_FRAME;

	while (ctx && ctx != &background && drop_ref(ctx)) {
		struct dy_context *parent = ctx->parent;

		destroy(ctx);
		ctx = parent;
	}
}

//---------------------------------------------------------------------------
// Cancelling
//---------------------------------------------------------------------------

// Moves the children of c, which has just been cancelled, to the list *todo.
static void take_children_locked(struct dy_context *c, struct dy_context **todo)
{
	struct dy_context *child = c->children, *next;

	for (; child; child = next) {
		next = child->next;
		if (!retain_if_alive(child))
			continue;
		*(child->prev ? &child->prev->next : &c->children) = next;
		if (next)
			next->prev = child->prev;
		child->listed = false;
		child->next = *todo;
		*todo = child;
	}
}

// Functions are started one by one without the lock: a spawn may give way.
static void start_funcs(struct dy_context *c)
{
	for (;;) {
		struct dy_context_func *f;
		dy_fn fn = NULL;
		void *arg = NULL;

		lock_acquire(&c->lock);
		f = c->funcs;
		if (f) {
			fn = f->fn;
			arg = f->arg;
			f->waits = false;
			c->funcs = f->next;
			*(f->next ? &f->next->prev : &c->last_func) = NULL;
		}
		lock_release(&c->lock);
		if (!f)
			return;
		race_acquire(f);
		dy_go(fn, arg);
	}
}

// Cancels c alone, if nobody has; its children go to *todo.
static bool settle(struct dy_context *c, int err, int cause,
                   struct dy_context **todo)
{
	bool has_timer;

	lock_acquire(&c->lock);
	if (w32_load_own(&c->err) != 0) {
		lock_release(&c->lock);
		return false;
	}
	c->cause = cause;
	race_release_merge(&c->err);
	w32_store_rel(&c->err, (uint32_t)-err);
	has_timer = c->has_timer;
	take_children_locked(c, todo);
	lock_release(&c->lock);
	chan_close(c->done);
	start_funcs(c);
	if (has_timer)
		dy_timer_stop(&c->timer);
	return true;
}

static void cancel(struct dy_context *c, int err, int cause)
{
	struct dy_context *todo = NULL;

	if (!settle(c, err, cause, &todo))
		return;
	unlist(c);
	while (todo) {
		struct dy_context *child = todo;

		todo = child->next;
		settle(child, err, cause, &todo);
		dy_context_release(child);
	}
}

void dy_context_cancel(struct dy_context *ctx, int cause)
{
	RACE_FRAME;

	if (ctx->root != ctx)
		fatal("dy_context_cancel: this context cannot be cancelled, only an ancestor");
	cancel(ctx, -ECANCELED, cause ? cause : -ECANCELED);
}

//---------------------------------------------------------------------------
// Making
//---------------------------------------------------------------------------

static struct dy_context *make(struct dy_context *parent)
{
	struct dy_context *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	w32_store_own(&c->refs, 1);
	c->parent = dy_context_retain(parent);
	c->deadline = parent->deadline;
	return c;
}

// Puts c on the list of the root above; or cancels it, if that one is.
static void enlist(struct dy_context *c)
{
	struct dy_context *up = root_above(c);
	int err, cause;

	if (!up)
		return;
	lock_acquire(&up->lock);
	err = -(int)w32_load_own(&up->err);
	cause = up->cause;
	if (err)
		race_acquire(&up->err);
	if (!err) {
		c->next = up->children;
		if (c->next)
			c->next->prev = c;
		up->children = c;
		c->listed = true;
	}
	lock_release(&up->lock);
	if (err)
		cancel(c, err, cause);
}

// A root that is not on a list yet.
static struct dy_context *make_root(struct dy_context *parent)
{
	struct dy_context *c = make(parent);

	if (!c)
		return NULL;
	c->root = c;
	c->done = dy_chan_make(0, 0);
	if (c->done)
		return c;
	dy_context_release(parent);
	free(c);
	return NULL;
}

struct dy_context *dy_context_with_cancel(struct dy_context *parent)
{
	struct dy_context *c = make_root(parent);

	if (c)
		enlist(c);
	return c;
}

static void expire(void *arg)
{
	struct dy_context *c = arg;

	cancel(c, -ETIMEDOUT, c->deadline_cause);
	dy_context_release(c);
}

// The timer holds no reference: a context that nobody has any more needs not
// be cancelled.
static void expire_if_alive(struct dy_timer *t, uint64_t now)
{
	(void)now;
	if (retain_if_alive(t->arg))
		dy_go(expire, t->arg);
}

// Unless c has been cancelled since it was enlisted.
static void arm_timer(struct dy_context *c, uint64_t ns)
{
	lock_acquire(&c->lock);
	c->has_timer = w32_load_own(&c->err) == 0;
	if (c->has_timer) {
		c->timer.arg = c;
		alarm_open(&c->timer, ns, expire_if_alive);
	}
	lock_release(&c->lock);
}

struct dy_context *dy_context_with_deadline(struct dy_context *parent,
                                            uint64_t when, int cause)
{
	struct dy_context *c;
	uint64_t now;

	if (parent->deadline && parent->deadline <= when)
		return dy_context_with_cancel(parent);
	c = make_root(parent);
	if (!c)
		return NULL;
	c->deadline = when ? when : 1;
	c->deadline_cause = cause ? cause : -ETIMEDOUT;
	enlist(c);
	now = dy_now();
	if (when > now)
		arm_timer(c, when - now);
	else
		cancel(c, -ETIMEDOUT, c->deadline_cause);
	return c;
}

struct dy_context *dy_context_with_timeout(struct dy_context *parent, uint64_t ns)
{
	uint64_t now = dy_now();

	return dy_context_with_deadline(
		parent, ns < PORT_FOREVER - now ? now + ns : PORT_FOREVER - 1, 0);
}

struct dy_context *dy_context_with_value(struct dy_context *parent,
                                         const void *key, void *value)
{
	struct dy_context *c = make(parent);

	if (!c)
		return NULL;
	c->root = parent->root;
	c->key = key;
	c->value = value;
	return c;
}

//---------------------------------------------------------------------------
// Asking
//---------------------------------------------------------------------------

struct dy_chan *dy_context_done(const struct dy_context *ctx)
{
	return ctx->root ? ctx->root->done : NULL;
}

int dy_context_err(const struct dy_context *ctx)
{
	struct dy_context *root = ctx->root;
	int err = root ? -(int)w32_load_acq(&root->err) : 0;

	if (err && !chan_is_closed(root->done))
		dy_chan_recv(root->done, NULL);
	if (err)
		race_acquire(&root->err);
	return err;
}

int dy_context_cause(const struct dy_context *ctx)
{
	return dy_context_err(ctx) ? ctx->root->cause : 0;
}

bool dy_context_deadline(const struct dy_context *ctx, uint64_t *when)
{
	*when = ctx->deadline;
	return ctx->deadline != 0;
}

void *dy_context_value(const struct dy_context *ctx, const void *key)
{
	for (; ctx != &background; ctx = ctx->parent) {
		if (ctx->key && ctx->key == key)
			return ctx->value;
	}
	return NULL;
}

//---------------------------------------------------------------------------
// Functions
//---------------------------------------------------------------------------

void dy_context_after(struct dy_context *ctx, struct dy_context_func *f,
                      dy_fn fn, void *arg)
{
	struct dy_context *root = ctx->root;
	bool cancelled;

	*f = (struct dy_context_func){root, fn, arg, NULL, NULL, true};
	if (!root)
		return;
	race_release_merge(f);
	lock_acquire(&root->lock);
	cancelled = w32_load_own(&root->err) != 0;
	if (cancelled) {
		race_acquire(&root->err);
		f->waits = false;
	} else {
		f->prev = root->last_func;
		*(f->prev ? &f->prev->next : &root->funcs) = f;
		root->last_func = f;
	}
	lock_release(&root->lock);
	if (cancelled)
		dy_go(fn, arg);
}

bool dy_context_after_stop(struct dy_context_func *f)
{
	struct dy_context *root = f->ctx;
	bool stopped;

	if (root)
		lock_acquire(&root->lock);
	stopped = f->waits;
	f->waits = false;
	if (root) {
		if (stopped) {
			*(f->prev ? &f->prev->next : &root->funcs) = f->next;
			*(f->next ? &f->next->prev : &root->last_func) = f->prev;
		}
		lock_release(&root->lock);
	}
	return stopped;
}
