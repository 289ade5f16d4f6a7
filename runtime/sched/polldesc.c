// polldesc.c - a descriptor that goroutines wait for: its life, whose turn it
// is, and until when.
//
// Each has a binary semaphore per mode, whose word is
//
//	NIL    nothing has happened
//	READY  an edge came and nobody has used it yet
//	WAIT   a goroutine is about to park
//	a G    that goroutine, parked
//
//	wait:             READY -> NIL, go on;  NIL -> WAIT -> G, park;
//	                  woken: -> NIL
//	event:            NIL, WAIT -> READY;  G -> READY, and the G is runnable
//	deadline, close:  WAIT, G -> NIL likewise
//
// WAIT -> G is the park's commit: it fails if something came first. What ends a
// wait without an edge is said first, in closing or deadline, and then the
// semaphore is unblocked; who waits stores WAIT first and then looks at the two.
// With a StoreLoad barrier between on both sides, one of them sees the other.
//
// A call is counted from enter to leave (fdmutex.h). A close lets no more calls in,
// wakes those that wait, and gives the descriptor back to the kernel when the last is
// over: no call can touch a number that is somebody else's by now.
//
// A deadline is a time, or PASSED. The timer only says when to look: a fire that
// was overtaken, by another deadline or by a close and another life, finds none,
// or one that has not come, and does nothing. Rejected: a sequence number in
// both timer and descriptor, as Go has; the time itself tells as much.
//
// Records are never freed while the runtime runs. Their life counts openings and
// closings and is part of the poller's token: an event for an earlier life of
// the number is dropped. One that is overtaken between that look and the
// semaphore leaves a READY too many, which costs one look.
//
// Source: runtime/netpoll.go.
#include "sched/polldesc.h"

#include <errno.h>

#include "sched/fdmutex.h"
#include "sched/fdtable.h"
#include "sched/timer.h"

enum { NIL = 0, READY = 1, WAIT = 2 }; // less than any address

#define PASSED UINT64_C(1) // a deadline that no clock comes to any more

struct poll_desc {
	// By anybody.
	struct dy_wptr sema[POLL_MODES];
	// Written under mu's lock, read by who waits.
	struct dy_w64 deadline[POLL_MODES]; // 0: none
	struct dy_w32 life;                 // odd: open
	struct dy_w32 closing;

	struct fdmutex mu;
	struct timer timer[POLL_MODES]; // for the deadline; under mu's lock
} __attribute__((aligned(CACHE_LINE)));

static struct fdtable table;  // of struct poll_desc
static struct dy_w32 waiters; // goroutines that wait for an edge

//---------------------------------------------------------------------------
// The semaphores
//---------------------------------------------------------------------------

bool polldesc_awaited(void)
{
	return w32_load_acq(&waiters) != 0;
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

// Wakes who waits, after closing or deadline was stored.
static void turn_away(struct poll_desc *pd, int mode)
{
	struct g *gp;

	fence_full(); // pairs with polldesc_wait
	gp = unblock(pd, mode, NIL);
	if (gp)
		ready(gp);
}

static bool commit_wait(struct g *gp, void *sema)
{
	void *wait = (void *)(uintptr_t)WAIT;

	if (!wptr_cas_ar(sema, &wait, gp))
		return false;
	w32_add_ar(&waiters, 1);
	return true;
}

// Why a call of this mode may not go on; 0: it may.
static int refusal(const struct poll_desc *pd, int mode)
{
	if (w32_load_acq(&pd->closing) != 0)
		return -ECANCELED;
	return w64_load_acq(&pd->deadline[mode]) == PASSED ? -ETIMEDOUT : 0;
}

// True: there was an edge, which is used up.
static bool await_edge(struct poll_desc *pd, int mode)
{
	struct dy_wptr *sema = &pd->sema[mode];
	void *state = NULL;

	if (wptr_cas_ar(sema, &state, (void *)(uintptr_t)WAIT)) {
		fence_full(); // pairs with turn_away
		if (!refusal(pd, mode))
			park(commit_wait, sema, WAIT_IO);
	}
	return (uintptr_t)wptr_swap_ar(sema, NULL) == READY;
}

// Who was woken by a deadline that has been moved since waits again.
int polldesc_wait(struct poll_desc *pd, int mode)
{
	int err;

	do {
		err = refusal(pd, mode);
	} while (!err && !await_edge(pd, mode));
	return err;
}

//---------------------------------------------------------------------------
// Deadlines
//---------------------------------------------------------------------------

static void pass(struct poll_desc *pd, int mode)
{
	uint64_t when;

	lock_acquire(&pd->mu.lock);
	when = w64_load_own(&pd->deadline[mode]);
	if (when > PASSED && when <= port_now()) {
		w64_store_rel(&pd->deadline[mode], PASSED);
		turn_away(pd, mode);
	}
	lock_release(&pd->mu.lock);
}

static void pass_read(struct timer *t)
{
	pass(t->arg, POLL_READ);
}

static void pass_write(struct timer *t)
{
	pass(t->arg, POLL_WRITE);
}

static void set_deadline_locked(struct poll_desc *pd, int mode, uint64_t when)
{
	struct timer *t = &pd->timer[mode];

	timer_del(t);
	if (when != 0 && when <= port_now())
		when = PASSED;
	w64_store_rel(&pd->deadline[mode], when);
	if (when == PASSED) {
		turn_away(pd, mode);
	} else if (when != 0) {
		t->when = when;
		timer_add(t);
	}
}

static bool open_locked(const struct poll_desc *pd)
{
	return w32_load_own(&pd->life) & 1 && w32_load_own(&pd->closing) == 0;
}

//---------------------------------------------------------------------------
// Records
//---------------------------------------------------------------------------

static struct poll_desc *desc(int fd)
{
	return fdtable_find(&table, fd, sizeof(struct poll_desc));
}

static void init(void *record)
{
	struct poll_desc *pd = record;

	pd->timer[POLL_READ].fire = pass_read;
	pd->timer[POLL_WRITE].fire = pass_write;
	for (int mode = 0; mode < POLL_MODES; mode++)
		pd->timer[mode].arg = pd;
}

void polldesc_free_all(void)
{
	fdtable_free(&table);
	w32_store_own(&waiters, 0);
}

// The descriptor, locked, if it is open.
static struct poll_desc *desc_lock(int fd)
{
	struct poll_desc *pd = desc(fd);

	if (!pd)
		return NULL;
	lock_acquire(&pd->mu.lock);
	if (open_locked(pd))
		return pd;
	lock_release(&pd->mu.lock);
	return NULL;
}

static uint64_t token(int fd, uint32_t life)
{
	return (uint64_t)life << 32 | (uint32_t)fd;
}

struct g *polldesc_event(uint64_t tok, int mode)
{
	struct poll_desc *pd = desc((int)(uint32_t)tok);

	if (!pd || w32_load_acq(&pd->life) != tok >> 32)
		return NULL; // of an earlier life
	return unblock(pd, mode, READY);
}

//---------------------------------------------------------------------------
// What a call does
//---------------------------------------------------------------------------

int polldesc_open(int fd)
{
	struct poll_desc *pd = fdtable_make(&table, fd, sizeof *pd, init);
	uint32_t life;
	int err;

	if (!pd)
		return -ENOMEM;
	lock_acquire(&pd->mu.lock);
	life = w32_load_own(&pd->life) + 1;
	for (int mode = 0; mode < POLL_MODES; mode++)
		wptr_store_rel(&pd->sema[mode], NULL);
	w32_store_rel(&pd->life, life);
	err = port_poll_add(fd, token(fd, life));
	if (err)
		w32_store_rel(&pd->life, life + 1);
	lock_release(&pd->mu.lock);
	return err;
}

int polldesc_enter(int fd, int mode, struct poll_desc **out)
{
	struct poll_desc *pd = desc_lock(fd);
	int err;

	if (!pd)
		return -EBADF;
	fdmutex_enter_locked(&pd->mu, mode);
	err = refusal(pd, mode);
	if (err)
		polldesc_leave(pd, mode);
	*out = pd;
	return err;
}

void polldesc_leave(struct poll_desc *pd, int mode)
{
	fdmutex_leave(&pd->mu, mode);
}

int polldesc_deadline(int fd, int mode, uint64_t when)
{
	struct poll_desc *pd = desc_lock(fd);

	if (!pd)
		return -EBADF;
	set_deadline_locked(pd, mode, when);
	lock_release(&pd->mu.lock);
	return 0;
}

int polldesc_close(int fd)
{
	struct poll_desc *pd = desc_lock(fd);

	if (!pd)
		return -EBADF;
	w32_store_rel(&pd->closing, 1);
	for (int mode = 0; mode < POLL_MODES; mode++) {
		set_deadline_locked(pd, mode, 0);
		turn_away(pd, mode);
	}
	fdmutex_drain_locked(&pd->mu);
	lock_acquire(&pd->mu.lock);
	w32_add_rlx(&pd->life, 1);
	w32_store_rel(&pd->closing, 0);
	port_poll_del(fd);
	lock_release(&pd->mu.lock);
	return 0;
}
