// polldesc.c - a descriptor whose users wait for it themselves.
//
// The contract is sched/polldesc.h; the calls above it try first and come here when
// they would block. There the thread sleeps in ppoll, which knows the deadline. A
// close, or another deadline, kicks the thread, which then looks at both anew. The
// kick cannot be lost: it is held back until the thread sleeps (port/linux/task.h).
//
// A call is counted from enter to leave, and a close gives the descriptor back
// when the last is over. Calls of one mode take turns: there is one sleeper at most.
//
// Rejected: blocking descriptors, which would save the try and the ppoll. A close
// could then not end a read of a pipe, nor a deadline anything but a socket's.
#include "sched/polldesc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "port/linux/task.h"
#include "sched/park.h"
#include "sched/sched.h"
#include "threads/threads.h"

enum { CHUNK = 256, CHUNKS = 4096 };

// All of it under lock.
struct poll_desc {
	struct dy_w32 lock;
	int fd;
	bool open, closing;
	uint32_t calls;   // those that queue included
	struct g *closer; // parked until calls is 0
	struct side {
		uint64_t deadline; // 0: none
		bool busy;
		struct gqueue queue; // for their turn
		struct m *sleeper;   // in ppoll, or about to be; NULL: nobody
	} side[POLL_MODES];
};

static struct dy_wptr chunk[CHUNKS]; // struct poll_desc[CHUNK]

//---------------------------------------------------------------------------
// Records: they stay until the runtime ends
//---------------------------------------------------------------------------

static struct poll_desc *desc(int fd)
{
	struct poll_desc *c;

	if (fd < 0 || fd >= CHUNK * CHUNKS)
		return NULL;
	c = wptr_load_acq(&chunk[fd / CHUNK]);
	return c ? &c[fd % CHUNK] : NULL;
}

static struct poll_desc *desc_make(int fd)
{
	struct poll_desc *fresh;
	void *none = NULL;

	if (fd < 0 || fd >= CHUNK * CHUNKS || desc(fd))
		return desc(fd);
	fresh = calloc(CHUNK, sizeof *fresh);
	if (fresh && !wptr_cas_ar(&chunk[fd / CHUNK], &none, fresh))
		free(fresh); // another was first
	return desc(fd);
}

void polldesc_free_all(void)
{
	for (int i = 0; i < CHUNKS; i++)
		free(wptr_swap_ar(&chunk[i], NULL));
}

int polldesc_open(int fd)
{
	struct poll_desc *pd = desc_make(fd);

	if (!pd)
		return -ENOMEM;
	lock_acquire(&pd->lock);
	memset(pd->side, 0, sizeof pd->side);
	pd->fd = fd;
	pd->open = true;
	lock_release(&pd->lock);
	return 0;
}

// The descriptor, locked, if it is open.
static struct poll_desc *desc_lock(int fd)
{
	struct poll_desc *pd = desc(fd);

	if (!pd)
		return NULL;
	lock_acquire(&pd->lock);
	if (pd->open && !pd->closing)
		return pd;
	lock_release(&pd->lock);
	return NULL;
}

//---------------------------------------------------------------------------
// Waiting
//---------------------------------------------------------------------------

// Why a call of this mode may not go on; 0: it may.
static int refusal_locked(const struct poll_desc *pd, int mode)
{
	uint64_t deadline = pd->side[mode].deadline;

	if (pd->closing)
		return -ECANCELED;
	return deadline && deadline <= port_now() ? -ETIMEDOUT : 0;
}

static void sleep_until_kicked(struct poll_desc *pd, int mode, uint64_t deadline)
{
	struct g *gp = g_self();

	gp->reason = WAIT_IO;
	COUNT(port_m(), parks);
	w32_store_rel(&gp->status, G_SYSCALL); // nobody need wake it
	port_fd_wait(pd->fd, mode == POLL_READ ? PORT_READ : PORT_WRITE,
	             deadline ? deadline : PORT_FOREVER);
	w32_store_rel(&gp->status, G_RUNNING);
}

int polldesc_wait(struct poll_desc *pd, int mode)
{
	struct side *s = &pd->side[mode];
	uint64_t deadline;
	int err;

	preempt_poll();
	lock_acquire(&pd->lock);
	err = refusal_locked(pd, mode);
	if (!err)
		s->sleeper = port_m();
	deadline = s->deadline;
	lock_release(&pd->lock);
	if (err)
		return err;
	sleep_until_kicked(pd, mode, deadline);
	lock_acquire(&pd->lock);
	s->sleeper = NULL;
	err = refusal_locked(pd, mode);
	lock_release(&pd->lock);
	preempt_poll();
	return err;
}

static void kick_locked(struct poll_desc *pd, int mode)
{
	if (pd->side[mode].sleeper)
		port_kick(&pd->side[mode].sleeper->thread);
}

int polldesc_deadline(int fd, int mode, uint64_t when)
{
	struct poll_desc *pd = desc_lock(fd);

	if (!pd)
		return -EBADF;
	pd->side[mode].deadline = when;
	kick_locked(pd, mode);
	lock_release(&pd->lock);
	return 0;
}

//---------------------------------------------------------------------------
// Calls
//---------------------------------------------------------------------------

// Releases the lock.
static void take_turn(struct poll_desc *pd, int mode)
{
	struct side *s = &pd->side[mode];

	if (s->busy) {
		gqueue_push(&s->queue, g_self());
		park(park_unlock, &pd->lock, WAIT_IO);
	} else {
		s->busy = true;
		lock_release(&pd->lock);
	}
}

int polldesc_enter(int fd, int mode, struct poll_desc **out)
{
	struct poll_desc *pd = desc_lock(fd);
	int err;

	if (!pd)
		return -EBADF;
	pd->calls++;
	take_turn(pd, mode);
	lock_acquire(&pd->lock);
	err = refusal_locked(pd, mode);
	lock_release(&pd->lock);
	if (err)
		polldesc_leave(pd, mode);
	*out = pd;
	return err;
}

void polldesc_leave(struct poll_desc *pd, int mode)
{
	struct g *next, *closer = NULL;

	lock_acquire(&pd->lock);
	next = gqueue_pop(&pd->side[mode].queue);
	pd->side[mode].busy = next != NULL;
	if (--pd->calls == 0) {
		closer = pd->closer;
		pd->closer = NULL;
	}
	lock_release(&pd->lock);
	if (next)
		ready(next);
	if (closer)
		ready(closer);
}

int polldesc_close(int fd)
{
	struct poll_desc *pd = desc_lock(fd);

	if (!pd)
		return -EBADF;
	pd->closing = true;
	for (int mode = 0; mode < POLL_MODES; mode++)
		kick_locked(pd, mode);
	if (pd->calls > 0) {
		pd->closer = g_self();
		park(park_unlock, &pd->lock, WAIT_IO);
		lock_acquire(&pd->lock);
	}
	pd->open = pd->closing = false;
	lock_release(&pd->lock);
	return 0;
}
