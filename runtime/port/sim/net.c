// net.c - virtual pipes, loopback and Unix connections, and the poller over them.
//
// A descriptor is an end: what it reads lies in its own ring, what it writes
// goes to its peer's. An edge is noted when an end becomes readable or writable
// and reported once. Descriptors are the smallest free numbers, so that their
// reuse is exercised as on the real machine.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/port.h"
#include "sim.h"

enum { FDS = 4096, RING_BYTES = 4096, BACKLOG = 128, FIRST_PORT = 40000 };
enum { NAME_MAX = 108 }; // as on the real machine

struct end {
	bool open, listens, blocks;
	bool eof;             // the peer has closed
	int peer;             // -1: none
	uint16_t port;        // of a listener of TCP
	char name[NAME_MAX];  // of a listener on a Unix socket
	int waiting[BACKLOG]; // connections not yet accepted
	int n_waiting;
	char ring[RING_BYTES];
	size_t head, len;

	bool watched;
	uint64_t token;
	unsigned edges;
};

static struct end *table[FDS];
static bool wake;

static struct end *end_of(int fd)
{
	struct end *e = fd >= 0 && fd < FDS ? table[fd] : NULL;

	return e && e->open ? e : NULL;
}

static int open_end(void)
{
	for (int fd = 0; fd < FDS; fd++) {
		if (table[fd] && table[fd]->open)
			continue;
		if (!table[fd])
			table[fd] = malloc(sizeof *table[fd]);
		if (!table[fd])
			return -ENOMEM;
		memset(table[fd], 0, sizeof *table[fd]);
		table[fd]->open = true;
		table[fd]->peer = -1;
		return fd;
	}
	return -EMFILE;
}

static void note(struct end *e, unsigned edges)
{
	if (e && e->watched)
		e->edges |= edges;
}

static void join_ends(int a, int b)
{
	table[a]->peer = b;
	table[b]->peer = a;
}

static int pair(int fd[2])
{
	fd[0] = open_end();
	if (fd[0] < 0)
		return fd[0];
	fd[1] = open_end();
	if (fd[1] < 0) {
		port_close(fd[0]);
		return fd[1];
	}
	join_ends(fd[0], fd[1]);
	return 0;
}

//---------------------------------------------------------------------------
// The poller
//---------------------------------------------------------------------------

int port_poll_open(void)
{
	wake = false;
	return 0;
}

void port_poll_close(void)
{
	for (int fd = 0; fd < FDS; fd++) {
		free(table[fd]);
		table[fd] = NULL;
	}
}

// What is ready already is an edge too.
int port_poll_add(int fd, uint64_t token)
{
	struct end *e = end_of(fd);

	if (!e)
		return -EBADF;
	e->watched = true;
	e->token = token;
	e->edges = e->listens ? 0 : PORT_WRITE;
	if (e->len || e->eof || e->n_waiting)
		e->edges |= PORT_READ;
	return 0;
}

int port_poll_del(int fd)
{
	struct end *e = end_of(fd);

	if (!e)
		return -EBADF;
	e->watched = false;
	e->edges = 0;
	return 0;
}

static bool something_ready(void *unused)
{
	(void)unused;
	for (int fd = 0; fd < FDS; fd++) {
		if (table[fd] && table[fd]->open && table[fd]->edges)
			return true;
	}
	return wake;
}

int port_poll_wait(struct port_event *ev, int n, uint64_t deadline)
{
	int stored = 0;

	sim_charge(200);
	if (deadline != 0 && !something_ready(NULL))
		sim_wait(something_ready, NULL, deadline);
	wake = false;
	for (int fd = 0; fd < FDS && stored < n; fd++) {
		struct end *e = end_of(fd);

		if (!e || !e->edges)
			continue;
		ev[stored].token = e->token;
		ev[stored++].ready = e->edges;
		e->edges = 0;
	}
	return stored;
}

void port_poll_wake(void)
{
	wake = true;
}

//---------------------------------------------------------------------------
// Connections and pipes
//---------------------------------------------------------------------------

static struct end *listener(uint16_t port)
{
	for (int fd = 0; fd < FDS; fd++) {
		struct end *e = end_of(fd);

		if (e && e->listens && e->port && e->port == port)
			return e;
	}
	return NULL;
}

int port_tcp_listen(uint16_t port, int backlog)
{
	int fd = open_end();

	(void)backlog;
	if (fd < 0)
		return fd;
	for (uint16_t free_port = FIRST_PORT; port == 0; free_port++) {
		if (!listener(free_port))
			port = free_port;
	}
	table[fd]->listens = true;
	table[fd]->port = port;
	return fd;
}

int port_tcp_port(int fd)
{
	struct end *e = end_of(fd);

	return e ? e->port : -EBADF;
}

int port_accept(int fd)
{
	struct end *e = end_of(fd);
	int conn;

	sim_point();
	if (!e)
		return -EBADF;
	if (e->n_waiting == 0)
		return -EAGAIN;
	conn = e->waiting[0];
	e->n_waiting--;
	memmove(e->waiting, e->waiting + 1,
	        (size_t)e->n_waiting * sizeof e->waiting[0]);
	return conn;
}

static int dial(struct end *to, int *out)
{
	int fd[2], err = pair(fd);

	if (err)
		return err;
	to->waiting[to->n_waiting++] = fd[1];
	note(to, PORT_READ);
	*out = fd[0];
	return 0;
}

int port_tcp_dial(uint16_t port, int *out)
{
	struct end *to = listener(port);

	sim_point();
	if (!to || to->n_waiting == BACKLOG)
		return -ECONNREFUSED;
	return dial(to, out);
}

static struct end *named(const char *name)
{
	for (int fd = 0; fd < FDS; fd++) {
		struct end *e = end_of(fd);

		if (e && e->listens && strcmp(e->name, name) == 0)
			return e;
	}
	return NULL;
}

static bool is_chosen_here(const char *name)
{
	return !name || strcmp(name, "@") == 0;
}

// There is no file system: a path is a name like another, and gone with its listener.
int port_unix_listen(const char *name, int backlog)
{
	int fd;

	(void)backlog;
	if (!is_chosen_here(name) && (!*name || strlen(name) >= NAME_MAX))
		return *name ? -ENAMETOOLONG : -EINVAL;
	if (!is_chosen_here(name) && named(name))
		return -EADDRINUSE;
	fd = open_end();
	if (fd < 0)
		return fd;
	table[fd]->listens = true;
	if (is_chosen_here(name))
		snprintf(table[fd]->name, NAME_MAX, "%sdyno-%d",
		         name ? "@" : "/tmp/", fd);
	else
		memcpy(table[fd]->name, name, strlen(name));
	return fd;
}

int port_unix_name(int fd, char *out, size_t n)
{
	struct end *e = end_of(fd);

	if (!e)
		return -EBADF;
	if (strlen(e->name) >= n)
		return -ENAMETOOLONG;
	memcpy(out, e->name, strlen(e->name) + 1);
	return 0;
}

bool port_unix_unlink(int fd)
{
	struct end *e = end_of(fd);

	return e && e->listens && e->name[0] == '/';
}

int port_unix_dial(const char *name, int *out)
{
	struct end *to = *name ? named(name) : NULL;

	sim_point();
	if (!to)
		return -ECONNREFUSED;
	return to->n_waiting == BACKLOG ? -EAGAIN : dial(to, out);
}

int port_dialled(int fd)
{
	return end_of(fd) ? 0 : -EBADF;
}

int port_pipe(int fd[2])
{
	return pair(fd);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

int port_set_blocking(int fd)
{
	struct end *e = end_of(fd);

	if (!e)
		return -EBADF;
	e->blocks = true;
	return 0;
}

// There is nobody in the virtual machine who completes calls by himself.
int port_ring_open(void)
{
	return -ENOTSUP;
}

void port_ring_close(uint32_t calls)
{
	(void)calls;
}

bool port_ring_put(const struct port_call *c)
{
	(void)c;
	return false;
}

int port_ring_submit(void)
{
	return -ENOTSUP;
}

int port_ring_take(struct port_result *out, int max)
{
	(void)out;
	(void)max;
	return 0;
}

static bool readable(void *end)
{
	const struct end *e = end;

	return e->len > 0 || e->eof;
}

static bool writable(void *end)
{
	const struct end *e = end, *to = end_of(e->peer);

	return !to || e->eof || to->len < RING_BYTES;
}

// A random part of what there is, as a network delivers it.
ssize_t port_read(int fd, void *buf, size_t n)
{
	struct end *e = end_of(fd);

	sim_point();
	if (!e)
		return -EBADF;
	if (e->blocks && !readable(e))
		sim_wait(readable, e, PORT_FOREVER);
	if (e->len == 0)
		return e->eof ? 0 : -EAGAIN;
	n = least(n, 1 + sim_random((uint32_t)e->len));
	for (size_t i = 0; i < n; i++)
		((char *)buf)[i] = e->ring[(e->head + i) % RING_BYTES];
	if (e->len == RING_BYTES)
		note(end_of(e->peer), PORT_WRITE);
	e->head = (e->head + n) % RING_BYTES;
	e->len -= n;
	return (ssize_t)n;
}

ssize_t port_write(int fd, const void *buf, size_t n)
{
	struct end *e = end_of(fd), *to;

	sim_point();
	if (!e)
		return -EBADF;
	if (e->blocks && !writable(e))
		sim_wait(writable, e, PORT_FOREVER);
	to = end_of(e->peer);
	if (!to || e->eof)
		return -EPIPE;
	n = least(n, RING_BYTES - to->len);
	if (n == 0)
		return -EAGAIN;
	for (size_t i = 0; i < n; i++)
		to->ring[(to->head + to->len + i) % RING_BYTES] = ((
			const char *)buf)[i];
	to->len += n;
	note(to, PORT_READ);
	return (ssize_t)n;
}

int port_close(int fd)
{
	struct end *e = end_of(fd), *peer = e ? end_of(e->peer) : NULL;

	sim_point();
	if (!e)
		return -EBADF;
	e->open = false;
	if (peer && peer->peer == fd) {
		peer->eof = true;
		peer->peer = -1;
		note(peer, PORT_READ | PORT_WRITE);
	}
	return 0;
}
