// net.c - sockets and pipes on the poller: try, and wait if it would block.
// A handle is the descriptor. What a call may rely on while it lasts is in
// sched/polldesc.c.
#include <dyno/io.h>
#include <errno.h>

#include "io/net.h"
#include "io/unix.h"
#include "io/way.h"
#include "port/port.h"
#include "port/race.h"
#include "sched/polldesc.h"
#include "sched/sched.h"

int net_adopt(int fd)
{
	int err;

	if (fd < 0)
		return fd;
	err = polldesc_open(fd);
	if (err) {
		port_close(fd);
		return err;
	}
	return fd;
}

int dy_tcp_listen(uint16_t port, int backlog)
{
	return net_adopt(port_tcp_listen(port, backlog));
}

int dy_tcp_port(int h)
{
	return port_tcp_port(h);
}

int net_accept(int h)
{
	struct poll_desc *pd;
	int fd;

	preempt_poll();
	fd = polldesc_enter(h, POLL_READ, &pd);
	if (fd)
		return fd;
	while ((fd = port_accept(h)) == -EAGAIN) {
		fd = polldesc_wait(pd, POLL_READ);
		if (fd)
			break;
	}
	polldesc_leave(pd, POLL_READ);
	return net_adopt(fd);
}

int dy_tcp_accept(int h)
{
	return net_accept(h);
}

// Ready may mean nothing: the socket says whether it is connected.
static int await_dialled(int fd)
{
	struct poll_desc *pd;
	int err = polldesc_enter(fd, POLL_WRITE, &pd);

	if (err)
		return err;
	do {
		err = polldesc_wait(pd, POLL_WRITE);
	} while (!err && (err = port_dialled(fd)) == -EINPROGRESS);
	polldesc_leave(pd, POLL_WRITE);
	return err;
}

static int finish_dial(int fd, uint64_t deadline)
{
	int err;

	polldesc_deadline(fd, POLL_WRITE, deadline);
	err = await_dialled(fd);
	polldesc_deadline(fd, POLL_WRITE, 0);
	if (err) {
		dy_close(fd);
		return err;
	}
	return fd;
}

int dy_tcp_dial_by(uint16_t port, uint64_t deadline)
{
	int fd, err;

	preempt_poll();
	if (deadline != 0 && deadline <= port_now())
		return -ETIMEDOUT;
	err = port_tcp_dial(port, &fd);
	if (err && err != -EINPROGRESS)
		return err;
	fd = net_adopt(fd);
	if (fd < 0 || !err)
		return fd;
	return finish_dial(fd, deadline);
}

int dy_tcp_dial(uint16_t port)
{
	return dy_tcp_dial_by(port, 0);
}

int dy_pipe(int h[2])
{
	int err = port_pipe(h);

	if (err)
		return err;
	err = net_adopt(h[0]);
	if (err < 0) {
		port_close(h[1]);
		return err;
	}
	err = net_adopt(h[1]);
	if (err < 0) {
		dy_close(h[0]);
		return err;
	}
	return 0;
}

static ssize_t read_some(struct poll_desc *pd, int fd, void *buf, size_t n)
{
	enum dy_way way = way_of(fd);
	ssize_t got;

	if (way != DY_WAY_POLL)
		return way_read(way, fd, buf, n);
	while ((got = port_read(fd, buf, n)) == -EAGAIN) {
		got = polldesc_wait(pd, POLL_READ);
		if (got)
			break;
	}
	return got;
}

ssize_t dy_read(int h, void *buf, size_t n)
{
	RACE_FRAME;
	struct poll_desc *pd;
	ssize_t got;

	preempt_poll();
	got = polldesc_enter(h, POLL_READ, &pd);
	if (got)
		return got;
	got = read_some(pd, h, buf, n);
	polldesc_leave(pd, POLL_READ);
	return got;
}

static ssize_t write_some(int fd, const char *buf, size_t n)
{
	enum dy_way way = way_of(fd);

	return way == DY_WAY_POLL ? port_write(fd, buf, n)
	                          : way_write(way, fd, buf, n);
}

// All n bytes, or the error that came first.
static ssize_t write_all(struct poll_desc *pd, int fd, const char *buf,
                         size_t n, size_t *done)
{
	while (*done < n) {
		ssize_t put = write_some(fd, buf + *done, n - *done);

		if (put >= 0)
			*done += (size_t)put;
		else if (put != -EAGAIN || (put = polldesc_wait(pd, POLL_WRITE)))
			return put;
	}
	return (ssize_t)n;
}

ssize_t dy_write(int h, const void *buf, size_t n)
{
	RACE_FRAME;
	struct poll_desc *pd;
	size_t done = 0;
	ssize_t put;

	preempt_poll();
	put = polldesc_enter(h, POLL_WRITE, &pd);
	if (put)
		return put;
	put = write_all(pd, h, buf, n, &done);
	polldesc_leave(pd, POLL_WRITE);
	return put == -ETIMEDOUT && done > 0 ? (ssize_t)done : put;
}

int dy_set_read_deadline(int h, uint64_t when)
{
	return polldesc_deadline(h, POLL_READ, when);
}

int dy_set_write_deadline(int h, uint64_t when)
{
	return polldesc_deadline(h, POLL_WRITE, when);
}

int dy_set_deadline(int h, uint64_t when)
{
	int err = polldesc_deadline(h, POLL_READ, when);

	return err ? err : polldesc_deadline(h, POLL_WRITE, when);
}

int dy_close(int h)
{
	RACE_FRAME;
	int err = polldesc_close(h);

	if (err)
		return err;
	unix_closing(h);
	way_closing(h);
	return port_close(h);
}
