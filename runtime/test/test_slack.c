// test_slack.c - whose sleeps are exact: those of every M, and of the monitor only where
// a policy asks for slices that Go's monitor could not keep.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "rt.h"

static int usual; // this thread's, before it was an M; in ns

// What the kernel lets nobody read of another thread is not known.
struct count {
	int expected; // light ones
	int threads, light, unknown;
};

static int slack_of(const char *tid)
{
	char path[300];
	int ns = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%s/timerslack_ns", tid);
	f = fopen(path, "r");
	if (!f)
		return -1;
	if (fscanf(f, "%d", &ns) != 1)
		ns = -1;
	fclose(f);
	return ns;
}

static void look(void *arg)
{
	struct count *c = arg;
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *e;

	rt_check(tasks != NULL);
	while ((e = readdir(tasks))) {
		int ns = e->d_name[0] == '.' ? 0 : slack_of(e->d_name);

		c->threads += e->d_name[0] != '.';
		c->unknown += ns < 0;
		c->light += ns == usual;
	}
	closedir(tasks);
}

// The monitor may not have begun yet, and a thread that it has just made sleeps as it
// does until it is an M: it is looked for until there are as many as expected.
static void look_again_and_again(void *arg)
{
	struct count *c = arg;

	dy_block(20000000);
	for (int i = 0; i < 2000; i++) {
		c->threads = c->light = c->unknown = 0;
		look(c);
		if (c->unknown || c->light == c->expected)
			return;
		dy_block(1000000);
	}
}

// A sanitizer and an emulator have threads of their own, as light as this one is now.
static void expect_light(const char *policy, int expected)
{
	struct count c = {0};

	look(&c);
	expected += c.light - 1;
	c.expected = expected;
	rt_run(2, policy, look_again_and_again, &c);
	if (c.unknown)
		skip();
	assert_true(c.threads >= 2);
	assert_int_equal(c.light, expected);
}

static void test_the_monitor_sleeps_as_gos_does(void **state)
{
	(void)state;
	expect_light(NULL, 1);
	expect_light("preempt=none", 1);
}

static void test_short_slices_need_an_exact_one(void **state)
{
	(void)state;
	expect_light("preempt=sysmon:100us", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_monitor_sleeps_as_gos_does),
		cmocka_unit_test(test_short_slices_need_an_exact_one),
	};

	usual = prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
	return usual > 1 ? cmocka_run_group_tests(tests, NULL, NULL) : 77;
}
