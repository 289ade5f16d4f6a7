// socket.h - what sockets of any family begin with.
#ifndef PORT_LINUX_SOCKET_H
#define PORT_LINUX_SOCKET_H

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

// socket_open returns a non-blocking stream socket, or -errno.
static inline int socket_open(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

// socket_give_up closes fd and returns err, which is why.
static inline int socket_give_up(int fd, int err)
{
	close(fd);
	return err;
}

#endif
