// plugin.c - the option --plugin: policies from shared objects.
//
// Loading an object runs code of its own. What that does to a process is tried in
// a child first: an experiment must not end because its last policy crashes.
#include "plugin.h"

#include "complain.h"

#include <dyno/policy.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGE = 512, LOAD_SECONDS = 10 };

// The child ends without a clean-up that would be the object's again.
static _Noreturn void load_in_child(const char *path, int report)
{
	char err[MESSAGE] = "";
	int bad;

	signal(SIGALRM, SIG_DFL);
	alarm(LOAD_SECONDS);
	bad = dy_policy_load(path, err, sizeof err);
	if (bad && write(report, err, strlen(err)) < 0)
		_exit(EXIT_FAILURE);
	_exit(bad ? EXIT_FAILURE : EXIT_SUCCESS);
}

static void read_report(int fd, char *out, size_t size)
{
	size_t at = 0;
	ssize_t n;

	while (at < size - 1 && ((n = read(fd, out + at, size - 1 - at)) > 0 ||
	                         (n < 0 && errno == EINTR)))
		at += n > 0 ? (size_t)n : 0;
	out[at] = '\0';
}

static int judge(const char *path, int status, const char *report)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
		return 0;
	if (*report)
		complain("%s", report);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		complain("the plugin %s is still being loaded after %d s: its "
		         "constructors must return",
		         path, LOAD_SECONDS);
	else if (WIFSIGNALED(status))
		complain("the plugin %s crashes when it is loaded (SIG%s): see "
		         "its constructors",
		         path, sigabbrev_np(WTERMSIG(status)));
	else
		complain("the plugin %s ends the process when it is loaded: see "
		         "its constructors",
		         path);
	return -EINVAL;
}

static int try_in_child(const char *path)
{
	char report[MESSAGE];
	int pipe_ends[2], status;
	pid_t child;

	fflush(NULL);
	if (pipe2(pipe_ends, O_CLOEXEC) != 0 || (child = fork()) < 0) {
		complain("the plugin %s cannot be tried: %s", path,
		         strerror(errno));
		return -EINVAL;
	}
	if (child == 0)
		load_in_child(path, pipe_ends[1]);
	close(pipe_ends[1]);
	read_report(pipe_ends[0], report, sizeof report);
	close(pipe_ends[0]);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -EINVAL;
	return judge(path, status, report);
}

static int load(struct request *r, const char *path)
{
	char err[MESSAGE];

	if (dy_policy_load(path, err, sizeof err) != 0) {
		complain("%s", err);
		return -EINVAL;
	}
	return words_add(&r->plugins, path, strlen(path));
}

// take loads a file once, by whatever name it is called.
static int take(struct request *r, const char *text, int (*try)(const char *path))
{
	char *path = realpath(text, NULL);
	int err = 0;

	if (!path) {
		complain("the plugin %s cannot be loaded: %s", text,
		         strerror(errno));
		return -EINVAL;
	}
	if (words_find(&r->plugins, path) < 0) {
		err = try ? try(path) : 0;
		if (!err)
			err = load(r, path);
	}
	free(path);
	return err;
}

int request_plugin(struct request *r, const char *text)
{
	return take(r, text, try_in_child);
}

int request_tried_plugin(struct request *r, const char *text)
{
	return take(r, text, NULL);
}
