// test_race.c - ThreadSanitizer's user mode: every program with a data race is
// reported and no other is, at GOMAXPROCS 1 and 4.
//
// The test runs itself for each program: "test_race NAME PROCS". ThreadSanitizer
// ends a process that has raced with status 66.
//
// Where goroutines run at the same time, the detector may miss a race now and then
// (on a loaded machine one in 60 runs of a program, where this was written). A race
// at GOMAXPROCS 4 must therefore be reported in one of several runs; at 1 in the
// first.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "race.h"

enum { RACED = 66, CHILD_SECONDS = 30, HAPPENED = 100, TRIES = 4 };

static const struct race_program *const corpus[] = {
	race_of_chan,  race_of_select,  race_of_locks,
	race_of_waits, race_of_context, race_of_time,
	race_of_sched, race_of_outside, race_of_io,
};

enum { TABLES = sizeof corpus / sizeof corpus[0] };

int race_x;
static int reached;

// ThreadSanitizer would sleep for a second at the end of each child.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "atexit_sleep_ms=0";
}

void race_step(int n)
{
	__atomic_store_n(&reached, n, __ATOMIC_RELAXED);
}

void race_await(int n)
{
	while (__atomic_load_n(&reached, __ATOMIC_RELAXED) < n)
		dy_yield();
}

void race_linger(void)
{
	for (int i = 0; i < 200; i++)
		dy_yield();
}

// Both are kept from happening in the very same moment: the detector may miss that.
void race_first(void)
{
	race_x++;
	race_step(HAPPENED);
}

void race_await_first(void)
{
	race_await(HAPPENED);
}

void race_second(void)
{
	race_await_first();
	race_x++;
}

void race_run(const char *policy, int procs, dy_fn fn)
{
	struct dy_config cfg = {.procs = procs, .policy = policy, .seed = 1};

	race_need(dy_run(&cfg, fn, NULL) == 0);
}

void race_join(void)
{
	while (dy_num_goroutine() > 1)
		dy_yield();
}

//---------------------------------------------------------------------------
// A child
//---------------------------------------------------------------------------

static int run(const struct race_program *p, int procs)
{
	alarm(CHILD_SECONDS);
	if (p->whole)
		p->whole(procs);
	else
		race_run(NULL, procs, p->fn);
	return 0;
}

static int run_named(const char *name, int procs)
{
	for (int t = 0; t < TABLES; t++) {
		for (const struct race_program *p = corpus[t]; p->name; p++) {
			if (!strcmp(p->name, name))
				return run(p, procs);
		}
	}
	fprintf(stderr, "test_race: no program %s\n", name);
	return 1;
}

//---------------------------------------------------------------------------
// The parent
//---------------------------------------------------------------------------

static char said[1 << 16];

static void read_all(int fd)
{
	size_t at = 0;
	ssize_t n;

	while (at < sizeof said - 1 &&
	       (n = read(fd, said + at, sizeof said - 1 - at)) > 0)
		at += (size_t)n;
	said[at] = '\0';
}

static int status_of(const char *name, int procs)
{
	char number[16];
	int errors[2], status;
	pid_t child;

	snprintf(number, sizeof number, "%d", procs);
	assert_int_equal(pipe(errors), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(errors[1], STDERR_FILENO);
		close(errors[0]);
		close(errors[1]);
		execl("/proc/self/exe", "test_race", name, number, NULL);
		_exit(127);
	}
	close(errors[1]);
	read_all(errors[0]);
	close(errors[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static bool as_expected(const struct race_program *p, int status)
{
	return p->racy ? status == RACED && strstr(said, "data race") != NULL
	               : status == 0;
}

// Returns whether the program did as it should.
static bool judge(const struct race_program *p, int procs)
{
	int tries = p->racy && procs > 1 ? TRIES : 1, status;

	do {
		status = status_of(p->name, procs);
		if (as_expected(p, status))
			return true;
	} while (--tries > 0 && status == 0);
	print_error("%s at GOMAXPROCS %d: %s, but status %d; it said:\n%s\n",
	            p->name, procs, p->racy ? "has a race" : "has no race",
	            status, said);
	return false;
}

static void judge_all(void **state)
{
	const struct race_program *table = *state;
	int bad = 0;

	for (const struct race_program *p = table; p->name; p++) {
		bad += !judge(p, 1);
		bad += !judge(p, 4);
	}
	assert_int_equal(bad, 0);
}

// A report names the accesses, and where their goroutines were spawned.
static void says_where(void **state)
{
	static const char *const parts[] = {"add_many", "goroutine ",
	                                    " counter ", "race_sched.c"};

	(void)state;
	assert_int_equal(status_of("counter", 1), RACED);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (!strstr(said, parts[i]))
			fail_msg("no \"%s\" in:\n%s", parts[i], said);
	}
}

#define TABLE(t) \
	{ \
#t, judge_all, NULL, NULL, (void *)(uintptr_t)race_of_##t \
	}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TABLE(chan),    TABLE(select),
		TABLE(locks),   TABLE(waits),
		TABLE(context), TABLE(time),
		TABLE(sched),   TABLE(outside),
		TABLE(io),      cmocka_unit_test(says_where),
	};

	if (argc == 3)
		return run_named(argv[1], atoi(argv[2]));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
