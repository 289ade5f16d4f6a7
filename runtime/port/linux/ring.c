// ring.c - io_uring: calls that the kernel completes by itself.
//
// The two rings are memory that the kernel shares: an entry put into the first is a
// call, one taken from the second its result. Putting and taking are under the
// caller's lock. Submitting, which enters the kernel, is not: it submits whatever has
// been put, and as everybody who put one submits after it, all get there.
//
// The submission ring's head and the completion ring's tail are the kernel's; the
// acquiring loads and releasing stores pair with its own.
//
// A call belongs to the thread that submitted it, whose end cancels it.
//
// Rejected: liburing, for it would be one more need for what is a page of code; a
// kernel thread that submits (SQPOLL), which takes a CPU of those that are measured;
// a ring for each P, which saves the lock, and costs the poller a descriptor each.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "port/port.h"

// One for each of as many Ps as there may be, and for a cancellation.
enum { ENTRIES = 8192 };

#define FEATURES \
	(IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_RW_CUR_POS)
#define CANCEL_TOKEN UINT64_MAX

static int ring_fd = -1;
static struct io_uring_params at; // where things are in the rings
static char *rings;
static size_t rings_size, entries_size;
static struct io_uring_sqe *entry;

static uint32_t *word(uint32_t offset)
{
	return (uint32_t *)(void *)(rings + offset);
}

static uint32_t load(uint32_t offset)
{
	return __atomic_load_n(word(offset), __ATOMIC_ACQUIRE);
}

static void store(uint32_t offset, uint32_t value)
{
	__atomic_store_n(word(offset), value, __ATOMIC_RELEASE);
}

static int enter(uint32_t submit, uint32_t wait_for, unsigned flags)
{
	long n = syscall(SYS_io_uring_enter, ring_fd, submit, wait_for, flags,
	                 NULL, 0);

	return n < 0 ? -errno : (int)n;
}

static void put(const struct io_uring_sqe *sqe)
{
	uint32_t tail = load(at.sq_off.tail), slot = tail & (at.sq_entries - 1);

	entry[slot] = *sqe;
	word(at.sq_off.array)[slot] = slot;
	store(at.sq_off.tail, tail + 1);
}

bool port_ring_put(const struct port_call *c)
{
	struct io_uring_sqe sqe = {
		.opcode = c->writes ? IORING_OP_WRITE : IORING_OP_READ,
		.fd = c->fd,
		.addr = (uintptr_t)c->buf,
		.len = c->n > INT32_MAX ? INT32_MAX : (uint32_t)c->n,
		.off = c->offset,
		.user_data = c->token,
	};

	if (load(at.sq_off.tail) - load(at.sq_off.head) >= at.sq_entries - 1)
		return false;
	put(&sqe);
	return true;
}

int port_ring_submit(void)
{
	uint32_t n = load(at.sq_off.tail) - load(at.sq_off.head);
	int got = n ? enter(n, 0, 0) : 0;

	return got < 0 ? got : 0;
}

// What found no room in the ring the kernel keeps, and puts there when it is entered.
static void fetch_overflow(void)
{
	if (load(at.sq_off.flags) & IORING_SQ_CQ_OVERFLOW)
		enter(0, 0, IORING_ENTER_GETEVENTS);
}

int port_ring_take(struct port_result *out, int max)
{
	uint32_t head = load(at.cq_off.head);
	const struct io_uring_cqe *cqe = (void *)word(at.cq_off.cqes);
	int n = 0;

	fetch_overflow();
	for (; n < max && head != load(at.cq_off.tail); n++, head++) {
		const struct io_uring_cqe *c = &cqe[head & (at.cq_entries - 1)];

		out[n] = (struct port_result){c->user_data, c->res};
	}
	store(at.cq_off.head, head);
	return n;
}

// take_one waits for a completion: 0, or -errno.
static int take_one(struct port_result *r)
{
	while (port_ring_take(r, 1) == 0) {
		int err = enter(0, 1, IORING_ENTER_GETEVENTS);

		if (err < 0 && err != -EINTR)
			return err;
	}
	return 0;
}

static int cancel_all(void)
{
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_ASYNC_CANCEL,
		.cancel_flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL,
		.user_data = CANCEL_TOKEN,
	};

	put(&sqe);
	return port_ring_submit();
}

// Kernels before 5.19 cannot cancel all; at the end of a run memory could then not be
// taken back from the calls under way.
static int probe(void)
{
	struct port_result r = {0};
	int err = cancel_all();

	if (!err)
		err = take_one(&r);
	if (err)
		return err;
	return r.result == -ENOENT ? 0 : r.result; // there was nothing to cancel
}

static void unmap(void)
{
	if (entry)
		munmap(entry, entries_size);
	if (rings)
		munmap(rings, rings_size);
	close(ring_fd);
	entry = NULL;
	rings = NULL;
	ring_fd = -1;
}

static void *map(size_t size, off_t what)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	               MAP_SHARED | MAP_POPULATE, ring_fd, what);

	return p == MAP_FAILED ? NULL : p;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static int map_rings(void)
{
	rings_size = larger(at.sq_off.array + at.sq_entries * sizeof(uint32_t),
	                    at.cq_off.cqes +
	                            at.cq_entries * sizeof(struct io_uring_cqe));
	entries_size = at.sq_entries * sizeof(struct io_uring_sqe);
	rings = map(rings_size, IORING_OFF_SQ_RING);
	entry = rings ? map(entries_size, IORING_OFF_SQES) : NULL;
	return entry ? 0 : -ENOMEM;
}

// A system without it (ENOSYS), and one that forbids it: seccomp of a container
// (EPERM, ENOSYS), kernel.io_uring_disabled (EPERM).
static bool is_lack(int err)
{
	return err == -ENOSYS || err == -EPERM || err == -EACCES ||
	       err == -EINVAL || err == -EOPNOTSUPP;
}

int port_ring_open(void)
{
	int err;

	memset(&at, 0, sizeof at);
	ring_fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &at);
	if (ring_fd < 0)
		return is_lack(-errno) ? -ENOTSUP : -errno;
	err = (at.features & FEATURES) == FEATURES ? map_rings() : -ENOTSUP;
	if (!err)
		err = probe();
	if (err >= 0)
		return ring_fd;
	unmap();
	return is_lack(err) ? -ENOTSUP : err;
}

void port_ring_close(uint32_t calls)
{
	struct port_result r;
	int err = calls ? cancel_all() : 0;

	while (calls > 0 && !err) {
		err = take_one(&r);
		calls -= !err && r.token != CANCEL_TOKEN;
	}
	unmap();
}
