// way.c - how the reads and writes of a handle wait, where not in the poller.
//
// Two bits for each descriptor that there can be, sixteen of them in a word: every call
// reads them, and only a choice and its close write. Who chooses has the handle to
// himself, as io.h asks of him; others change other bits of the word.
#include "io/way.h"

#include <errno.h>

#include "port/port.h"
#include "sched/polldesc.h"
#include "sched/ring.h"
#include "sched/syscall.h"

enum { FDS = 1 << 20, PER_WORD = 16, BITS = 2, MASK = 3 };

static struct dy_w32 ways[FDS / PER_WORD];

static unsigned shift(int fd)
{
	return (unsigned)fd % PER_WORD * BITS;
}

enum dy_way way_of(int fd)
{
	return w32_load_rlx(&ways[fd / PER_WORD]) >> shift(fd) & MASK;
}

void way_closing(int fd)
{
	if (way_of(fd) != DY_WAY_POLL)
		w32_and_ar(&ways[fd / PER_WORD], ~((uint32_t)MASK << shift(fd)));
}

// Edges are of no use any more: the poller is rid of the descriptor.
static int leave_poller(int fd, enum dy_way way)
{
	int err = way == DY_WAY_RING ? ring_open() : 0;

	if (!err)
		err = port_set_blocking(fd);
	if (err)
		return err;
	port_poll_del(fd);
	w32_or_ar(&ways[fd / PER_WORD], (uint32_t)way << shift(fd));
	return 0;
}

int dy_set_way(int h, enum dy_way way)
{
	struct poll_desc *pd;
	int err = polldesc_enter(h, POLL_READ, &pd);

	if (err)
		return err;
	if (way > DY_WAY_RING)
		err = -EINVAL;
	else if (way_of(h) != DY_WAY_POLL)
		err = way_of(h) == way ? 0 : -EALREADY;
	else if (way != DY_WAY_POLL)
		err = leave_poller(h, way);
	polldesc_leave(pd, POLL_READ);
	return err;
}

ssize_t way_read(enum dy_way way, int fd, void *buf, size_t n)
{
	ssize_t got;

	if (way == DY_WAY_RING)
		return ring_read(fd, buf, n, RING_NO_OFFSET);
	enter_syscall();
	got = port_read(fd, buf, n);
	exit_syscall();
	return got;
}

ssize_t way_write(enum dy_way way, int fd, const void *buf, size_t n)
{
	ssize_t put;

	if (way == DY_WAY_RING)
		return ring_write(fd, buf, n, RING_NO_OFFSET);
	enter_syscall();
	put = port_write(fd, buf, n);
	exit_syscall();
	return put;
}
