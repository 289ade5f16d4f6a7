// polldesc.c - a descriptor whose users wait for it themselves.
//
// The contract is sched/polldesc.h; the calls above it try first and come here when
// they would block. There the thread sleeps in ppoll, which knows the deadline. A
// close, or another deadline, kicks the thread, which then looks at both anew. The
// kick cannot be lost: it is held back until the thread sleeps (port/linux/task.h).
//
// A call is counted from enter to leave (sched/fdmutex.h), and a close gives the
// descriptor back when the last is over. Calls of one mode take turns: there is one
// sleeper at most.
//
// Rejected: blocking descriptors, which would save the try and the ppoll. A close
// could then not end a read of a pipe, nor a deadline anything but a socket's.
#include "sched/polldesc.h"

#include <errno.h>
#include <string.h>

#include "port/linux/task.h"
#include "sched/fdmutex.h"
#include "sched/fdtable.h"
#include "sched/sched.h"
#include "threads/threads.h"

// All of it under mu's lock.
struct poll_desc {
	struct fdmutex mu;
	int fd;
	bool open, closing;
	struct side {
		uint64_t deadline; // 0: none
		struct m *sleeper; // in ppoll, or about to be; NULL: nobody
	} side[POLL_MODES];
};

static struct fdtable table; // of struct poll_desc

//---------------------------------------------------------------------------
// Records
//---------------------------------------------------------------------------

static struct poll_desc *desc(int fd)
{
	return fdtable_find(&table, fd, sizeof(struct poll_desc));
}

void polldesc_free_all(void)
{
	fdtable_free(&table);
}

int polldesc_open(int fd)
{
	struct poll_desc *pd = fdtable_make(&table, fd, sizeof *pd, NULL);

	if (!pd)
		return -ENOMEM;
	lock_acquire(&pd->mu.lock);
	memset(pd->side, 0, sizeof pd->side);
	pd->fd = fd;
	pd->open = true;
	lock_release(&pd->mu.lock);
	return 0;
}

// The descriptor, locked, if it is open.
static struct poll_desc *desc_lock(int fd)
{
	struct poll_desc *pd = desc(fd);

	if (!pd)
		return NULL;
	lock_acquire(&pd->mu.lock);
	if (pd->open && !pd->closing)
		return pd;
	lock_release(&pd->mu.lock);
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
	lock_acquire(&pd->mu.lock);
	err = refusal_locked(pd, mode);
	if (!err)
		s->sleeper = port_m();
	deadline = s->deadline;
	lock_release(&pd->mu.lock);
	if (err)
		return err;
	sleep_until_kicked(pd, mode, deadline);
	lock_acquire(&pd->mu.lock);
	s->sleeper = NULL;
	err = refusal_locked(pd, mode);
	lock_release(&pd->mu.lock);
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
	lock_release(&pd->mu.lock);
	return 0;
}

//---------------------------------------------------------------------------
// Calls
//---------------------------------------------------------------------------

int polldesc_enter(int fd, int mode, struct poll_desc **out)
{
	struct poll_desc *pd = desc_lock(fd);
	int err;

	if (!pd)
		return -EBADF;
	fdmutex_enter_locked(&pd->mu, mode);
	lock_acquire(&pd->mu.lock);
	err = refusal_locked(pd, mode);
	lock_release(&pd->mu.lock);
	if (err)
		polldesc_leave(pd, mode);
	*out = pd;
	return err;
}

void polldesc_leave(struct poll_desc *pd, int mode)
{
	fdmutex_leave(&pd->mu, mode);
}

int polldesc_close(int fd)
{
	struct poll_desc *pd = desc_lock(fd);

	if (!pd)
		return -EBADF;
	pd->closing = true;
	for (int mode = 0; mode < POLL_MODES; mode++)
		kick_locked(pd, mode);
	fdmutex_drain_locked(&pd->mu);
	lock_acquire(&pd->mu.lock);
	pd->open = pd->closing = false;
	lock_release(&pd->mu.lock);
	return 0;
}
