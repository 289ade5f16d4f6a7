// net.c - loopback TCP and pipes on the poller: try, and wait if it would
// block. A handle is the descriptor.
#include <dyno/io.h>
#include <errno.h>

#include "port/port.h"
#include "sched/netpoll.h"
#include "sched/sched.h"

// Watches a fresh descriptor, or closes it.
static int adopt(int fd)
{
	int err;

	if (fd < 0)
		return fd;
	err = netpoll_add(fd);
	if (err) {
		port_close(fd);
		return err;
	}
	return fd;
}

int dy_tcp_listen(uint16_t port, int backlog)
{
	return adopt(port_tcp_listen(port, backlog));
}

int dy_tcp_port(int h)
{
	return port_tcp_port(h);
}

int dy_tcp_accept(int h)
{
	preempt_poll();
	for (;;) {
		int fd = port_tcp_accept(h), err;

		if (fd != -EAGAIN)
			return adopt(fd);
		err = netpoll_wait(h, POLL_READ);
		if (err)
			return err;
	}
}

static int finish_dial(int fd)
{
	int err = netpoll_wait(fd, POLL_WRITE);

	if (!err)
		err = port_tcp_dialled(fd);
	if (err) {
		dy_close(fd);
		return err;
	}
	return fd;
}

int dy_tcp_dial(uint16_t port)
{
	int fd, err;

	preempt_poll();
	err = port_tcp_dial(port, &fd);
	if (err && err != -EINPROGRESS)
		return err;
	fd = adopt(fd);
	if (fd < 0 || !err)
		return fd;
	return finish_dial(fd);
}

int dy_pipe(int h[2])
{
	int err = port_pipe(h);

	if (err)
		return err;
	err = adopt(h[0]);
	if (err < 0) {
		port_close(h[1]);
		return err;
	}
	err = adopt(h[1]);
	if (err < 0) {
		dy_close(h[0]);
		return err;
	}
	return 0;
}

ssize_t dy_read(int h, void *buf, size_t n)
{
	preempt_poll();
	for (;;) {
		ssize_t got = port_read(h, buf, n);
		int err;

		if (got != -EAGAIN)
			return got;
		err = netpoll_wait(h, POLL_READ);
		if (err)
			return err;
	}
}

ssize_t dy_write(int h, const void *buf, size_t n)
{
	size_t done = 0;

	preempt_poll();
	while (done < n) {
		ssize_t put = port_write(h, (const char *)buf + done, n - done);
		int err;

		if (put >= 0) {
			done += (size_t)put;
			continue;
		}
		if (put != -EAGAIN)
			return put;
		err = netpoll_wait(h, POLL_WRITE);
		if (err)
			return err;
	}
	return (ssize_t)done;
}

int dy_close(int h)
{
	int err = netpoll_del(h);

	return err ? err : port_close(h);
}
