// net.c - loopback TCP and pipes, all non-blocking.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port/linux/socket.h"
#include "port/port.h"
#include "port/race.h"

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

// Small messages go out at once, as Go's net package has it. A Unix socket refuses
// the wish and does so anyway.
static void no_delay(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int port_tcp_listen(uint16_t port, int backlog)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket_open(AF_INET), on = 1;

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(fd, backlog) < 0)
		return socket_give_up(fd, -errno);
	return fd;
}

int port_tcp_port(int fd)
{
	struct sockaddr_in a;
	socklen_t len = sizeof a;

	if (getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		return -errno;
	return ntohs(a.sin_port);
}

int port_accept(int fd)
{
	int conn;

	do {
		conn = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (conn < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (conn < 0)
		return -errno;
	no_delay(conn);
	return conn;
}

int port_tcp_dial(uint16_t port, int *out)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket_open(AF_INET);

	if (fd < 0)
		return fd;
	no_delay(fd);
	*out = fd;
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return 0;
	if (errno == EINPROGRESS || errno == EINTR)
		return -EINPROGRESS;
	return socket_give_up(fd, -errno);
}

int port_dialled(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof peer, err_len = sizeof(int);
	int err = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &err_len) < 0)
		return -errno;
	if (err)
		return -err;
	if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0)
		return 0;
	return errno == ENOTCONN ? -EINPROGRESS : -errno;
}

int port_pipe(int fd[2])
{
	return pipe2(fd, O_NONBLOCK | O_CLOEXEC) < 0 ? -errno : 0;
}

int port_set_blocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

ssize_t port_read(int fd, void *buf, size_t n)
{
	ssize_t got;

	do {
		got = read(fd, buf, n);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

// A peer that is gone is -EPIPE, not a signal: sockets are asked not to raise
// it; for pipes port_signals_open ignores SIGPIPE.
ssize_t port_write(int fd, const void *buf, size_t n)
{
	ssize_t put;

	do {
		put = send(fd, buf, n, MSG_NOSIGNAL);
		if (put < 0 && errno == ENOTSOCK)
			put = write(fd, buf, n);
	} while (put < 0 && errno == EINTR);
	return put < 0 ? -errno : put;
}

// Others may be at it: the poller wakes them, and no race is meant.
int port_close(int fd)
{
	int err;

	race_ignore_begin();
	err = close(fd) < 0 ? -errno : 0;
	race_ignore_end();
	return err;
}
