// unix.c - sockets of this machine, by a path or by an abstract name.
//
// A path is created for its owner alone: the mode of the socket before bind is the
// mode of what bind creates, so that there is no moment at which others may
// connect. Abstract names have no owner; the network namespace is their limit.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "port/linux/socket.h"
#include "port/port.h"

enum { TRIES = 16 }; // for a temporary path that nobody has

struct address {
	struct sockaddr_un un;
	socklen_t len;
};

// "@name" is abstract: a zero byte stands for the @, and the length for the end. "@"
// alone has the kernel choose one at bind.
static int address_of(const char *name, struct address *a)
{
	size_t n = strlen(name);

	if (n == 0 || n >= sizeof a->un.sun_path)
		return n == 0 ? -EINVAL : -ENAMETOOLONG;
	memset(a, 0, sizeof *a);
	a->un.sun_family = AF_UNIX;
	memcpy(a->un.sun_path, name, n);
	a->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	if (name[0] != '@')
		a->len++;
	else if (n == 1)
		a->len = sizeof(sa_family_t);
	else
		a->un.sun_path[0] = '\0';
	return 0;
}

// socket_for returns a socket, or -errno, and the address that the name stands for.
static int socket_for(const char *name, struct address *a)
{
	int err = address_of(name, a);

	return err ? err : socket_open(AF_UNIX);
}

static int listen_on(const char *name, int backlog)
{
	struct address a;
	int fd = socket_for(name, &a), err;

	if (fd < 0)
		return fd;
	if (fchmod(fd, 0600) < 0 || bind(fd, (struct sockaddr *)&a.un, a.len) < 0)
		return socket_give_up(fd, -errno);
	if (listen(fd, backlog) == 0)
		return fd;
	err = -errno;
	if (name[0] != '@')
		unlink(name);
	return socket_give_up(fd, err);
}

static int listen_on_temporary(int backlog)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *dir = getenv("TMPDIR");
	int fd = -EADDRINUSE;

	if (!dir || !*dir)
		dir = "/tmp";
	for (int i = 0; i < TRIES && fd == -EADDRINUSE; i++) {
		int n = snprintf(path, sizeof path, "%s/dyno-%016llx.sock", dir,
		                 (unsigned long long)port_entropy());

		if (n >= (int)sizeof path)
			return -ENAMETOOLONG;
		fd = listen_on(path, backlog);
	}
	return fd;
}

int port_unix_listen(const char *name, int backlog)
{
	return name ? listen_on(name, backlog) : listen_on_temporary(backlog);
}

// bound_to tells the length of the name that fd is bound to, zero byte or @
// included; 0: none. -errno, if it is not a Unix socket too.
static int bound_to(int fd, struct address *a)
{
	a->len = sizeof a->un;
	memset(&a->un, 0, sizeof a->un);
	if (getsockname(fd, (struct sockaddr *)&a->un, &a->len) < 0)
		return -errno;
	if (a->un.sun_family != AF_UNIX)
		return -EAFNOSUPPORT;
	if (a->len <= offsetof(struct sockaddr_un, sun_path))
		return 0;
	return (int)(a->len - offsetof(struct sockaddr_un, sun_path));
}

int port_unix_name(int fd, char *out, size_t n)
{
	struct address a;
	int len = bound_to(fd, &a);

	if (len < 0)
		return len;
	if (len > 0 && a.un.sun_path[0] == '\0')
		a.un.sun_path[0] = '@';
	else if (len > 0)
		len = (int)strnlen(a.un.sun_path, (size_t)len);
	if ((size_t)len >= n)
		return -ENAMETOOLONG;
	memcpy(out, a.un.sun_path, (size_t)len);
	out[len] = '\0';
	return 0;
}

// Connections bear the name of their listener: only the listener owns it.
bool port_unix_unlink(int fd)
{
	struct address a;
	int listens = 0;
	socklen_t n = sizeof listens;

	if (bound_to(fd, &a) <= 0 || a.un.sun_path[0] == '\0')
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) < 0 ||
	    !listens)
		return false;
	unlink(a.un.sun_path); // gone already: as well
	return true;
}

int port_unix_dial(const char *name, int *out)
{
	struct address a;
	int fd = socket_for(name, &a);

	if (fd < 0)
		return fd;
	*out = fd;
	if (connect(fd, (struct sockaddr *)&a.un, a.len) == 0)
		return 0;
	return socket_give_up(fd, -errno);
}
