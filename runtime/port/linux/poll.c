// poll.c - readiness, by one edge-triggered epoll instance.
//
// An eventfd in the set ends a wait from outside. epoll_pwait2 takes the
// timeout in nanoseconds (epoll_wait rounds to milliseconds); kernels before
// 5.11 have only the latter.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "port/port.h"

#define WAKE_TOKEN UINT64_MAX
#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

enum { EVENTS_MAX = 128 };

static int epoll_fd = -1;
static int wake_fd = -1;
static bool coarse; // no epoll_pwait2

static int close_both(int err)
{
	port_poll_close();
	return err;
}

int port_poll_open(void)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u64 = WAKE_TOKEN};

	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		return -errno;
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &ev) < 0)
		return close_both(-errno);
	return 0;
}

void port_poll_close(void)
{
	if (wake_fd >= 0)
		close(wake_fd);
	if (epoll_fd >= 0)
		close(epoll_fd);
	wake_fd = epoll_fd = -1;
}

int port_poll_add(int fd, uint64_t token)
{
	struct epoll_event ev = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.u64 = token,
	};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

int port_poll_del(int fd)
{
	struct epoll_event unused = {0};

	return epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, &unused) < 0 ? -errno : 0;
}

static int wait_ms(struct epoll_event *ev, int n, uint64_t ns)
{
	uint64_t ms = (ns + NS_PER_MS - 1) / NS_PER_MS;

	return epoll_wait(epoll_fd, ev, n, ms > INT32_MAX ? INT32_MAX : (int)ms);
}

static int wait_ns(struct epoll_event *ev, int n, uint64_t deadline)
{
	uint64_t now, ns = 0;
	struct timespec ts;
	long got;

	if (deadline == PORT_FOREVER)
		return epoll_wait(epoll_fd, ev, n, -1);
	if (deadline == 0)
		return epoll_wait(epoll_fd, ev, n, 0);
	now = port_now();
	if (deadline > now)
		ns = deadline - now;
	if (coarse)
		return wait_ms(ev, n, ns);
	ts.tv_sec = (time_t)(ns / NS_PER_S);
	ts.tv_nsec = (long)(ns % NS_PER_S);
	got = syscall(SYS_epoll_pwait2, epoll_fd, ev, n, &ts, NULL, 0);
	if (got < 0 && errno == ENOSYS) {
		coarse = true;
		return wait_ms(ev, n, ns);
	}
	return (int)got;
}

static void drain_wake(void)
{
	uint64_t count;

	if (read(wake_fd, &count, sizeof count) < 0)
		return; // another poller was first
}

// A hang-up or an error makes both directions ready: the next read or write
// says what it is.
static unsigned directions(uint32_t events)
{
	unsigned ready = 0;

	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		ready |= PORT_READ;
	if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
		ready |= PORT_WRITE;
	return ready;
}

int port_poll_wait(struct port_event *out, int n, uint64_t deadline)
{
	struct epoll_event ev[EVENTS_MAX];
	int got, stored = 0;

	got = wait_ns(ev, n < EVENTS_MAX ? n : EVENTS_MAX, deadline);
	for (int i = 0; i < got; i++) {
		if (ev[i].data.u64 == WAKE_TOKEN) {
			drain_wake();
			continue;
		}
		out[stored].token = ev[i].data.u64;
		out[stored].ready = directions(ev[i].events);
		stored++;
	}
	return stored;
}

void port_poll_wake(void)
{
	uint64_t one = 1;

	if (write(wake_fd, &one, sizeof one) < 0)
		return; // full: it is awake already
}
