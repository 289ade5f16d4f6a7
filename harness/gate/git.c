// git.c - git, run without a shell, its outputs in files that have no name.
//
// Not by trial_process.c: that stops what it runs when the gate is interrupted,
// and clearing up is what is done then.
#include "git.h"

#include "../interrupt.h"
#include "../last_line.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_GIT = 127 };

const char *const git_variables[] = {
	"GIT_DIR",
	"GIT_WORK_TREE",
	"GIT_INDEX_FILE",
	"GIT_COMMON_DIR",
	"GIT_PREFIX",
	"GIT_OBJECT_DIRECTORY",
	NULL,
};

// become_git does not return. git ends what it does in good order on SIGTERM,
// also when dyno has been killed.
static _Noreturn void become_git(const char *const *words, int out, int err)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	interrupt_reset();
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (size_t i = 0; git_variables[i]; i++)
		unsetenv(git_variables[i]);
	setenv("GIT_TERMINAL_PROMPT", "0", 1);
	setenv("LC_ALL", "C", 1);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0)
		execvp("git", (char *const *)(uintptr_t)words);
	_exit(NO_GIT);
}

// tail reads the end of a file.
static void tail(int fd, char *text, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	off_t from = end > (off_t)size ? end - (off_t)size + 1 : 0;
	ssize_t n = pread(fd, text, size - 1, from);

	text[n > 0 ? n : 0] = '\0';
}

static void whole(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	n = n > 0 ? n : 0;
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
}

// collect waits for git: 0, -EINVAL, or -errno.
static int collect(pid_t pid, int err, char *why, size_t whylen)
{
	char said[4096];
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	tail(err, said, sizeof said);
	last_line_copy(said, why, whylen);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_GIT && !*why)
		snprintf(why, whylen, "git cannot be started: is it installed?");
	return -EINVAL;
}

int git_run(const char *const *words, char *out, size_t outlen, char *why,
            size_t whylen)
{
	int output = memfd_create("out", MFD_CLOEXEC), result;
	int errors = memfd_create("err", MFD_CLOEXEC);
	pid_t pid = output >= 0 && errors >= 0 ? fork() : -1;

	snprintf(why, whylen, "%s", pid < 0 ? strerror(errno) : "");
	if (pid == 0)
		become_git(words, output, errors);
	result = pid < 0 ? -EAGAIN : collect(pid, errors, why, whylen);
	if (!result && out)
		whole(output, out, outlen);
	if (output >= 0)
		close(output);
	if (errors >= 0)
		close(errors);
	return result;
}
