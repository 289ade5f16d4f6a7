// gnuplot.c - the one process that results/ starts.
//
// No shell: the arguments are a fixed list, the directory is set by the spawn.
// -d keeps gnuplot from reading the user's initialization files, so that a
// figure looks the same everywhere. What it says is kept for the error message;
// one that hangs is killed.
#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT_MS = 60 * 1000, SAID = 2048 };

// spawn starts gnuplot with its messages going to fd. 0 or an errno value.
static int spawn(const char *dir, const char *script, int fd, pid_t *pid)
{
	char *const argv[] = {"gnuplot", "-d", (char *)script, NULL};
	posix_spawn_file_actions_t act;
	int err = posix_spawn_file_actions_init(&act);
	if (err)
		return err;
	err = posix_spawn_file_actions_addchdir_np(&act, dir);
	if (!err)
		err = posix_spawn_file_actions_addopen(&act, 0, "/dev/null",
		                                       O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&act, fd, 1);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&act, fd, 2);
	if (!err)
		err = posix_spawnp(pid, "gnuplot", &act, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&act);
	return err;
}

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// listen_to keeps the first of what comes out of fd until it is closed. False
// when the time is over before that.
static bool listen_to(int fd, char *said)
{
	size_t n = 0;
	int64_t end = now_ms() + LIMIT_MS;
	for (;;) {
		char rest[512];
		bool keep = n + 1 < SAID;
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = end - now_ms();
		if (left <= 0)
			return false;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		ssize_t got = read(fd, keep ? said + n : rest,
		                   keep ? SAID - 1 - n : sizeof rest);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return true;
		n += keep ? (size_t)got : 0;
	}
}

// last_line cuts what was said down to its last line that says something.
static const char *last_line(char *said)
{
	size_t n = strlen(said);
	while (n && (said[n - 1] == '\n' || said[n - 1] == ' '))
		said[--n] = '\0';
	char *line = strrchr(said, '\n');
	line = line ? line + 1 : said;
	return line + strspn(line, " \t");
}

// judge makes a result of how gnuplot ended.
static int judge(int status, bool in_time, char *said, char *err, size_t errlen)
{
	if (!in_time)
		snprintf(err, errlen, "gnuplot did not end within %d s",
		         LIMIT_MS / 1000);
	else if (WIFSIGNALED(status))
		snprintf(err, errlen, "gnuplot was ended by signal %d",
		         WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		snprintf(err, errlen, "gnuplot failed: %s", last_line(said));
	else
		return 0;
	return -EIO;
}

int gnuplot_run(const char *dir, const char *script, char *err, size_t errlen)
{
	int ends[2];
	pid_t pid;
	char said[SAID] = "";
	if (pipe2(ends, O_CLOEXEC) < 0) {
		snprintf(err, errlen, "cannot run gnuplot: %s", strerror(errno));
		return -EIO;
	}
	int failed = spawn(dir, script, ends[1], &pid);
	close(ends[1]);
	if (failed) {
		close(ends[0]);
		if (failed == ENOENT)
			snprintf(err, errlen,
			         "gnuplot is not installed; install it (Debian: "
			         "gnuplot-nox) for pictures");
		else
			snprintf(err, errlen, "cannot run gnuplot: %s",
			         strerror(failed));
		return failed == ENOENT ? -ENOENT : -EIO;
	}
	bool in_time = listen_to(ends[0], said);
	close(ends[0]);
	if (!in_time)
		kill(pid, SIGKILL);
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return judge(status, in_time, said, err, errlen);
}
