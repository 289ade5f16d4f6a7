// race_io.c - a write orders what was before it and what comes after its read.
#include <dyno/io.h>

#include "race.h"

static int h[2];

static void write_pipe(void *linger)
{
	char byte = 1;

	if (linger)
		race_linger();
	race_x = 1;
	race_need(dy_write(h[1], &byte, 1) == 1);
	byte = 2;
}

static void read_pipe(bool wait)
{
	char byte = 0;

	race_need(dy_pipe(h) == 0);
	dy_go(write_pipe, wait ? h : NULL);
	if (!wait)
		race_linger();
	race_need(dy_read(h[0], &byte, 1) == 1);
	race_x += byte;
	byte = 0;
	race_join();
	race_need(dy_close(h[0]) == 0 && dy_close(h[1]) == 0);
}

static void pipe_waits(void *none)
{
	(void)none;
	read_pipe(true);
}

static void pipe_is_full(void *none)
{
	(void)none;
	read_pipe(false);
}

static int port;

static void dial(void *none)
{
	char byte = 1;
	int fd;

	(void)none;
	race_x = 1;
	fd = dy_tcp_dial((uint16_t)port);
	race_need(fd >= 0);
	race_need(dy_write(fd, &byte, 1) == 1);
	race_need(dy_read(fd, &byte, 1) == 1);
	race_x++;
	race_need(dy_close(fd) == 0);
}

static void sockets(void *none)
{
	char byte = 0;
	int l = dy_tcp_listen(0, 8), fd;

	(void)none;
	race_need(l >= 0);
	port = dy_tcp_port(l);
	dy_go(dial, NULL);
	fd = dy_tcp_accept(l);
	race_need(fd >= 0);
	race_need(dy_read(fd, &byte, 1) == 1);
	race_x++;
	race_need(dy_write(fd, &byte, 1) == 1);
	race_join();
	race_need(dy_close(fd) == 0 && dy_close(l) == 0);
}

// A close ends the wait of another goroutine: that is no race.
static void read_until_closed(void *none)
{
	char byte;

	(void)none;
	race_need(dy_read(h[0], &byte, 1) < 0);
}

static void close_under_reader(void *none)
{
	(void)none;
	race_need(dy_pipe(h) == 0);
	dy_go(read_until_closed, NULL);
	race_linger();
	race_need(dy_close(h[0]) == 0);
	race_join();
	race_need(dy_close(h[1]) == 0);
}

static void file_round(void *none)
{
	char text[4096] = {0};
	int f = dy_file_open("/tmp", DY_FILE_WRITE | DY_FILE_TEMP);

	(void)none;
	race_need(f >= 0);
	race_need(dy_file_pwrite(f, text, sizeof text, 0) == sizeof text);
	race_need(dy_file_pread(f, text, sizeof text, 0) == sizeof text);
	text[0] = 1;
	race_need(dy_file_close(f) == 0);
}

static void files(void *none)
{
	for (int i = 0; i < 20; i++)
		dy_go(file_round, none);
	race_join();
}

static void write_then_x(void *none)
{
	char byte = 1;

	(void)none;
	race_need(dy_write(h[1], &byte, 1) == 1);
	race_first();
}

static void x_after_write(void *none)
{
	char byte;

	(void)none;
	race_need(dy_pipe(h) == 0);
	dy_go(write_then_x, NULL);
	race_need(dy_read(h[0], &byte, 1) == 1);
	race_second();
	race_join();
	race_need(dy_close(h[0]) == 0 && dy_close(h[1]) == 0);
}

static char shared[8];

static void write_shared(void *none)
{
	(void)none;
	race_need(dy_write(h[1], shared, sizeof shared) == sizeof shared);
	race_step(1);
}

static void buffer_changes(void *none)
{
	(void)none;
	race_need(dy_pipe(h) == 0);
	dy_go(write_shared, NULL);
	race_await(1);
	shared[3] = 1;
	race_join();
	race_need(dy_close(h[0]) == 0 && dy_close(h[1]) == 0);
}

const struct race_program race_of_io[] = {
	{"pipe_waits", false, pipe_waits, NULL},
	{"pipe_is_full", false, pipe_is_full, NULL},
	{"sockets", false, sockets, NULL},
	{"close_under_reader", false, close_under_reader, NULL},
	{"files", false, files, NULL},
	{"x_after_write", true, x_after_write, NULL},
	{"buffer_changes", true, buffer_changes, NULL},
	{NULL, false, NULL, NULL},
};
