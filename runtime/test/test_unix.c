// test_unix.c - Unix sockets: by path, by abstract name and by one of their own;
// paths are private, and gone when their listener is.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handles.h"

enum { CALLERS = 50, CALLS = 20, NAME = 108 };

static int listener;
static char name[NAME];

static void answer(void *arg)
{
	uint64_t v;

	while (read_all(handle(arg), &v, sizeof v) == sizeof v) {
		v = ~v;
		rt_check(dy_write(handle(arg), &v, sizeof v) == sizeof v);
	}
	rt_check(dy_close(handle(arg)) == 0);
	dy_wg_done(&wg);
}

static void call(void *arg)
{
	int h = dy_unix_dial(name);
	uint64_t v, first = (uint64_t)handle(arg) << 32;

	rt_check(h >= 0);
	for (uint64_t i = first; i < first + CALLS; i++) {
		rt_check(dy_write(h, &i, sizeof i) == sizeof i);
		rt_check(read_all(h, &v, sizeof v) == sizeof v && v == ~i);
	}
	rt_check(dy_close(h) == 0);
	dy_wg_done(&wg);
}

static void serve_callers(const char *wanted)
{
	listener = dy_unix_listen(wanted, CALLERS);
	rt_check(listener >= 0);
	rt_check(dy_unix_name(listener, name, sizeof name) == 0);
	for (int i = 0; i < CALLERS; i++)
		spawn(call, i);
	for (int i = 0; i < CALLERS; i++) {
		int h = dy_unix_accept(listener);

		rt_check(h >= 0);
		spawn(answer, h);
	}
	dy_wg_wait(&wg);
}

static void serve_abstractly(void *unused)
{
	(void)unused;
	serve_callers("@");
	rt_check(name[0] == '@' && strlen(name) > 1);
	rt_check(dy_unix_listen(name, 1) == -EADDRINUSE);
	rt_check(dy_close(listener) == 0);
	rt_check(dy_unix_dial(name) == -ECONNREFUSED);
	listener = dy_unix_listen(name, 1); // it is free again
	rt_check(listener >= 0 && dy_close(listener) == 0);
}

static void test_an_abstract_name(void **state)
{
	(void)state;
	on_all_ps(serve_abstractly);
}

static void serve_privately(void *unused)
{
	struct stat st;

	(void)unused;
	serve_callers(NULL);
	rt_check(stat(name, &st) == 0 && S_ISSOCK(st.st_mode));
	rt_check((st.st_mode & 0777) == 0600);
	rt_check(dy_close(listener) == 0);
	rt_check(stat(name, &st) < 0 && errno == ENOENT);
}

static void test_a_path_of_its_own(void **state)
{
	(void)state;
	umask(0);
	on_all_ps(serve_privately);
}

// A connection is named like its listener; its close leaves the path alone.
static void close_connections(void *path)
{
	int a, b;

	listener = dy_unix_listen(path, 1);
	rt_check(listener >= 0 && dy_unix_listen(path, 1) == -EADDRINUSE);
	a = dy_unix_dial(path);
	b = dy_unix_accept(listener);
	rt_check(dy_unix_name(b, name, sizeof name) == 0 && !strcmp(name, path));
	rt_check(dy_unix_name(a, name, sizeof name) == 0 && !*name);
	rt_check(dy_close(a) == 0 && dy_close(b) == 0);
	rt_check(access(path, F_OK) == 0);
	a = dy_unix_dial(path);
	rt_check(a >= 0 && dy_close(a) == 0 && dy_close(listener) == 0);
	rt_check(access(path, F_OK) < 0);
}

static void test_only_the_listener_removes_its_path(void **state)
{
	char dir[] = "/tmp/dyno-test-XXXXXX", path[NAME];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/s", dir);
	rt_run(2, NULL, close_connections, path);
	assert_int_equal(rmdir(dir), 0);
}

static void use_wrong_names(void *unused)
{
	char longest[200];
	int fill;

	(void)unused;
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	rt_check(dy_unix_listen("", 1) == -EINVAL);
	rt_check(dy_unix_dial("") < 0 && dy_unix_dial(NULL) == -EINVAL);
	rt_check(dy_unix_listen(longest, 1) == -ENAMETOOLONG);
	rt_check(dy_unix_dial(longest) == -ENAMETOOLONG);
	rt_check(dy_unix_listen("/nonexistent/socket", 1) == -ENOENT);
	rt_check(dy_unix_dial("/nonexistent/socket") == -ENOENT);
	rt_check(dy_unix_name(-1, name, sizeof name) == -EBADF);
	listener = dy_unix_listen("@", 0);
	rt_check(dy_unix_name(listener, name, 2) == -ENAMETOOLONG);
	rt_check(dy_unix_name(listener, name, sizeof name) == 0);
	fill = dy_unix_dial(name);
	rt_check(fill >= 0 && dy_unix_dial(name) == -EAGAIN);
	rt_check(dy_close(fill) == 0 && dy_close(listener) == 0);
}

static void test_errors_are_returned(void **state)
{
	(void)state;
	rt_run(1, NULL, use_wrong_names, NULL);
}

// Whoever waits for a connection hears of the close; who comes too late, too.
static void accept_nobody(void *arg)
{
	int h = dy_unix_accept(handle(arg));

	rt_check(h == -ECANCELED || h == -EBADF);
	dy_wg_done(&wg);
}

static void close_while_accepting(void *unused)
{
	(void)unused;
	listener = dy_unix_listen(NULL, 1);
	spawn(accept_nobody, listener);
	dy_yield();
	rt_check(dy_close(listener) == 0);
	dy_wg_wait(&wg);
}

static void test_a_close_ends_accepting(void **state)
{
	(void)state;
	on_all_ps(close_while_accepting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_abstract_name),
		cmocka_unit_test(test_a_path_of_its_own),
		cmocka_unit_test(test_only_the_listener_removes_its_path),
		cmocka_unit_test(test_errors_are_returned),
		cmocka_unit_test(test_a_close_ends_accepting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
