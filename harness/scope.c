// scope.c - control groups for who may make none: dyno begins again in a group that
// systemd hands on to it.
//
//	systemd-run --user --scope -p Delegate=yes -- dyno sweep --quota 0.5 ...
//
// systemd-run makes a scope of its own process and becomes the command, so that
// dyno keeps its process id, its terminal and what it inherited, and whoever waits
// for it notices nothing. Below that scope the user may make groups, and the rest is
// as for root. systemd removes it when its last process has ended, however.
//
// Rejected: a scope for each trial, with -p CPUQuota=. Its systemd-run would be
// counted as part of the program, and asking systemd takes longer than many trials.
#include "scope.h"

#include "interrupt.h"
#include "last_line.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Its value is the process id of the dyno that is begun again: the children of that
// have another.
static const char mark[] = "DYNO_SCOPE";

enum { OPTIONS = 8, WORDS_MAX = 4096 };

static char **command;
static const char *forbidden;
static bool inside;

void scope_remember(char **argv)
{
	const char *pid = getenv(mark);

	command = argv;
	inside = pid && atol(pid) == (long)getpid();
	unsetenv(mark); // trials need not know
}

bool scope_inside(void)
{
	return inside;
}

void scope_forbid(const char *why)
{
	forbidden = why;
}

// options fills in how systemd-run is called: the number of words.
static size_t options(const char **argv)
{
	size_t n = 0;

	argv[n++] = "systemd-run";
	if (geteuid() != 0)
		argv[n++] = "--user";
	argv[n++] = "--scope";
	argv[n++] = "--quiet";
	argv[n++] = "--collect";
	argv[n++] = "--property=Delegate=yes";
	argv[n++] = "--";
	return n;
}

//---------------------------------------------------------------------------
// Whether it works here
//---------------------------------------------------------------------------

static _Noreturn void become_probe(int said)
{
	const char *argv[OPTIONS + 2];
	size_t n = options(argv);
	int null = open("/dev/null", O_RDWR);

	argv[n++] = "true";
	argv[n] = NULL;
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(said, STDOUT_FILENO) >= 0 && dup2(said, STDERR_FILENO) >= 0)
		execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

// listen reads what the probe says, up to its end.
static void listen_to(int said, char *text, size_t size)
{
	size_t used = 0;
	ssize_t n;

	do {
		n = read(said, text + used, size - used - 1);
		if (n > 0)
			used += (size_t)n;
	} while ((n > 0 && used + 1 < size) || (n < 0 && errno == EINTR));
	text[used] = '\0';
}

// probe asks systemd for a scope with a command that does nothing.
static bool probe(char *why, size_t whylen)
{
	char text[512] = "", line[200];
	int said[2], status = -1;
	pid_t pid;

	if (pipe2(said, O_CLOEXEC) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		become_probe(said[1]);
	close(said[1]);
	if (pid > 0) {
		listen_to(said[0], text, sizeof text);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	close(said[0]);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		snprintf(why, whylen, "there is no systemd-run");
	else
		snprintf(why, whylen, "systemd-run: %s",
		         last_line_copy(text, line, sizeof line));
	return false;
}

//---------------------------------------------------------------------------
// Again
//---------------------------------------------------------------------------

static int become_scoped(void)
{
	const char *argv[OPTIONS + WORDS_MAX];
	char self[PATH_MAX], pid[24];
	size_t n = options(argv);
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

	if (len < 0)
		return -errno;
	self[len] = '\0';
	argv[n++] = self;
	for (size_t i = 1; command[i]; i++) {
		if (i == WORDS_MAX)
			return -E2BIG;
		argv[n++] = command[i];
	}
	argv[n] = NULL;
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	if (setenv(mark, pid, 1) != 0)
		return -errno;
	interrupt_reset();
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	unsetenv(mark);
	return -errno;
}

void scope_begin(char *why, size_t whylen)
{
	int err;

	if (inside)
		snprintf(why, whylen,
		         "in a scope of systemd's, whose cpu controller is not "
		         "handed on: see Delegate= of user@.service");
	else if (forbidden || !command)
		snprintf(why, whylen, "systemd-run is not asked, because %s",
		         forbidden ? forbidden : "this is no command");
	else if (probe(why, whylen)) {
		err = become_scoped();
		snprintf(why, whylen, "systemd-run: %s", strerror(-err));
	}
}
