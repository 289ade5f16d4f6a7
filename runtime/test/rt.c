// rt.c - how rt.h does it. A child that must die has its standard error in a
// pipe and half a minute to live.
#define _GNU_SOURCE
#include "rt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_SECONDS = 30 };

static char last_words[1 << 16];

// ThreadSanitizer would sleep for a second at the end of each child.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "atexit_sleep_ms=0";
}

void rt_failed(const char *fact, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not %s\n", file, line, fact);
	abort();
}

struct dy_config rt_config(int procs, const char *policy)
{
	return (struct dy_config){.procs = procs, .policy = policy, .seed = 1};
}

void rt_run_config(struct dy_config cfg, dy_fn fn, void *arg)
{
	char err[512] = "";

#ifdef RT_THREADS
	if (cfg.policy)
		skip(); // a test of scheduling, where the kernel schedules
#endif

	dy_config_check(&cfg, err, sizeof err);
	assert_string_equal(err, "");
	assert_int_equal(dy_run(&cfg, fn, arg), 0);
}

void rt_run(int procs, const char *policy, dy_fn fn, void *arg)
{
	rt_run_config(rt_config(procs, policy), fn, arg);
}

struct dy_stats rt_stats(void)
{
	struct dy_stats s;

	dy_stats_read(&s);
	return s;
}

void rt_join(void)
{
	while (dy_num_goroutine() > 1)
		dy_yield();
}

static _Noreturn void die(const struct dy_config *cfg, dy_fn fn, int errors)
{
	alarm(CHILD_SECONDS);
	dup2(errors, STDERR_FILENO);
	_exit(dy_run(cfg, fn, NULL) == 0 ? 0 : 1);
}

static void read_all(int fd, char *text, size_t size)
{
	size_t at = 0;
	ssize_t n;

	while (at < size - 1 && (n = read(fd, text + at, size - 1 - at)) > 0)
		at += (size_t)n;
	text[at] = '\0';
}

struct rt_child rt_start(struct dy_config cfg, dy_fn fn)
{
	struct rt_child child;
	int errors[2];

	assert_int_equal(pipe2(errors, O_CLOEXEC), 0);
	child.pid = fork();
	assert_true(child.pid >= 0);
	if (child.pid == 0)
		die(&cfg, fn, errors[1]);
	close(errors[1]);
	child.errors = errors[0];
	return child;
}

static int status_of(struct rt_child child)
{
	int status;

	read_all(child.errors, last_words, sizeof last_words);
	close(child.errors);
	assert_int_equal(waitpid(child.pid, &status, 0), child.pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void rt_expect_end(struct rt_child child, int status, const char *text)
{
	int got = status_of(child);

	if (got != status || !strstr(last_words, text))
		fail_msg("exit status %d, wanted %d and \"%s\"; it said:\n%s",
		         got, status, text, last_words);
}

void rt_expect_fatal(struct dy_config cfg, dy_fn fn, int status, const char *text)
{
	rt_expect_end(rt_start(cfg, fn), status, text);
}

const char *rt_last_words(void)
{
	return last_words;
}
