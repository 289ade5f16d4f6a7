// command.c - running the real dyno from a test: without a shell, its outputs in
// files that have no name.
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static pid_t start(const char *const *argv, int out, int err)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0)
		execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static void read_back(int fd, char *text)
{
	ssize_t n = pread(fd, text, COMMAND_TEXT_MAX - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

void command_run(struct command_result *r, const char *const *argv)
{
	int out = memfd_create("out", MFD_CLOEXEC);
	int err = memfd_create("err", MFD_CLOEXEC);
	pid_t pid;

	assert_true(out >= 0 && err >= 0);
	pid = start(argv, out, err);
	while (waitpid(pid, &r->status, 0) < 0)
		assert_int_equal(errno, EINTR);
	read_back(out, r->out);
	read_back(err, r->err);
}

pid_t command_start(const char *const *argv)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	pid_t pid = start(argv, null, null);

	close(null);
	return pid;
}

int command_exit(const struct command_result *r)
{
	return WIFEXITED(r->status) ? WEXITSTATUS(r->status) : -1;
}

const char *command_directory(void)
{
	const char *base = getenv("TMPDIR");
	static char path[4096];

	snprintf(path, sizeof path, "%s/dyno-test-XXXXXX",
	         base && *base ? base : "/tmp");
	assert_non_null(mkdtemp(path));
	return path;
}

static int remove_one(const char *path, const struct stat *s, int type,
                      struct FTW *f)
{
	(void)s;
	(void)type;
	(void)f;
	return remove(path);
}

void command_remove(const char *dir)
{
	assert_int_equal(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

long long command_count(const char *dir, const char *query)
{
	char path[5000];
	sqlite3_stmt *q = NULL;
	long long n = -1;
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/dyno.sqlite", dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(db, 2000);
		if (sqlite3_prepare_v2(db, query, -1, &q, NULL) == SQLITE_OK &&
		    sqlite3_step(q) == SQLITE_ROW)
			n = sqlite3_column_int64(q, 0);
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}
