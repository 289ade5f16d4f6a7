// test_thread_watch.c - the threads of a program, of a machine that is made up and
// of programs that are known.
#include "../thread_watch.h"
#include "command.h"
#include "fixture_tree.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

//---------------------------------------------------------------------------
// Programs that are known
//---------------------------------------------------------------------------

enum { BURNERS = 3 };

static pthread_barrier_t together;

// burn uses CPU time until this thread has used so many seconds.
static void burn(double seconds)
{
	struct timespec t;

	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	while ((double)t.tv_sec + (double)t.tv_nsec * 1e-9 < seconds);
}

static void *burner(void *none)
{
	pthread_barrier_wait(&together);
	burn(0.1);
	pthread_barrier_wait(&together);
	return none;
}

// crowd has three threads on one CPU, of which two wait at any time, and burns
// alone a little longer than they live.
static int crowd(void)
{
	pthread_t thread[BURNERS];
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof one, &one);
	pthread_barrier_init(&together, NULL, BURNERS + 1);
	for (int i = 0; i < BURNERS; i++)
		if (pthread_create(&thread[i], NULL, burner, NULL) != 0)
			return 1;
	pthread_barrier_wait(&together);
	burn(0.05);
	pthread_barrier_wait(&together);
	for (int i = 0; i < BURNERS; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

// family is a crowd that is somebody's child.
static int family(void)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(crowd());
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}

static int alone(void)
{
	burn(0.1);
	return 0;
}

//---------------------------------------------------------------------------
// A machine that is made up
//---------------------------------------------------------------------------

enum { KEEPER = 50, PROGRAM = 60 };

#define MS UINT64_C(1000000)

static struct thread_watch w;
static char *tree;

static int make_machine(void **state)
{
	(void)state;
	tree = fixture_tree_new();
	fixture_file(tree, "proc/1/stat", "1 (init) S 0 1 1\n");
	w = (struct thread_watch){.sysroot = tree, .period = 20 * MS};
	thread_watch_prepare(&w);
	return 0;
}

static int remove_machine(void **state)
{
	(void)state;
	thread_watch_free(&w);
	fixture_tree_remove(tree);
	return 0;
}

static void put_thread(int pid, int tid, const char *state, int ran_ms,
                       int waited_ms)
{
	char path[64];

	snprintf(path, sizeof path, "proc/%d/task/%d/schedstat", pid, tid);
	fixture_file(tree, path, "%d000000 %d000000 7\n", ran_ms, waited_ms);
	snprintf(path, sizeof path, "proc/%d/task/%d/stat", pid, tid);
	fixture_file(tree, path, "%d (a) b (c) %s 1 1 1\n", tid, state);
}

static void put_process(int pid, int parent)
{
	char path[64];

	snprintf(path, sizeof path, "proc/%d/stat", pid);
	fixture_file(tree, path, "%d (x) S 1) R %d 1 1\n", pid, parent);
}

static void lose(const char *what)
{
	char path[300];

	snprintf(path, sizeof path, "%s/proc/%s", tree, what);
	command_remove(path);
}

static void begin(void)
{
	put_process(KEEPER, 1);
	put_thread(KEEPER, KEEPER, "S", 999, 999);
	put_process(PROGRAM, KEEPER);
	put_thread(PROGRAM, PROGRAM, "R", 10, 1);
	thread_watch_begin(&w, KEEPER, PROGRAM, 100 * MS);
	assert_true(thread_watch_next(&w) == 100 * MS);
}

static double told(const char *name)
{
	json_t *doc = thread_watch_json(&w, 0);
	double v = json_number_value(json_object_get(doc, name));

	json_decref(doc);
	return v;
}

static bool is(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

// Threads that end keep what was seen of them; the first has the last word.
static void test_threads_come_and_go(void **state)
{
	const struct thread_times last = {PROGRAM, 50 * MS, 5 * MS};

	(void)state;
	begin();
	thread_watch_look(&w, 100 * MS);
	assert_int_equal(w.threads, 1);
	put_thread(PROGRAM, 61, "S", 100, 20);
	put_thread(PROGRAM, 62, "S", 200, 40);
	thread_watch_look(&w, 200 * MS);
	assert_int_equal(w.threads, 3);
	lose("60/task/61");
	put_thread(PROGRAM, 62, "S", 1, 1); // another thread of that number
	thread_watch_look(&w, 300 * MS);
	assert_int_equal(w.threads, 2);
	lose("60");
	thread_watch_look(&w, 350 * MS); // the keeper has waited for it
	thread_watch_end(&w, &last, 400 * MS);
	assert_int_equal(w.most, 3);
	assert_true(is(told("ran_s"), 0.1 + 0.2 + 0.001 + 0.05));
	assert_true(is(told("waited_s"), 0.02 + 0.04 + 0.001 + 0.005));
	assert_true(w.area == 1e6 * (1 * 100 + 3 * 100 + 2 * 50 + 0 * 50));
}

// Children and their children belong to it, wherever their numbers lie; the keeper,
// the others and their children do not.
static void test_the_whole_tree(void **state)
{
	(void)state;
	begin();
	put_process(58, 59); // the number of a child may be lower
	put_thread(58, 58, "R", 1, 0);
	put_process(59, PROGRAM);
	put_thread(59, 59, "R", 1, 0);
	put_process(70, 1);
	put_thread(70, 70, "R", 1, 0);
	put_process(71, 70);
	put_thread(71, 71, "R", 1, 0);
	thread_watch_look(&w, 100 * MS);
	assert_int_equal(w.threads, 3);
	put_process(58, KEEPER); // an orphan
	lose("59");
	put_process(72, 58);
	put_thread(72, 72, "R", 1, 0);
	thread_watch_look(&w, 200 * MS);
	assert_int_equal(w.threads, 3);
	put_process(73, 74); // whose parent we came too early to see
	put_thread(73, 73, "R", 1, 0);
	thread_watch_look(&w, 300 * MS);
	assert_int_equal(w.threads, 3);
	put_process(74, PROGRAM);
	put_thread(74, 74, "R", 1, 0);
	thread_watch_look(&w, 400 * MS);
	assert_int_equal(w.threads, 5);
}

// What has ended and is not waited for does not run, but has run; files that are
// gone, empty or rubbish are nothing.
static void test_what_does_not_run(void **state)
{
	(void)state;
	begin();
	put_process(63, PROGRAM);
	put_thread(63, 63, "Z", 30, 3);
	put_thread(63, 64, "R", 5, 0);
	fixture_file(tree, "proc/60/task/65/schedstat", "%s", "");
	fixture_file(tree, "proc/60/task/66/schedstat", "-x 99 \xff\n");
	fixture_file(tree, "proc/60/task/x7/schedstat", "1000000 1000000 1\n");
	fixture_file(tree, "proc/67/stat", "67 (x R 60\n");
	fixture_file(tree, "proc/99999999999999999999/stat", "1 (x) R 60 1\n");
	thread_watch_look(&w, 100 * MS);
	assert_int_equal(w.err, 0);
	assert_int_equal(w.threads, 2);
	assert_true(is(told("ran_s"), 0.01 + 0.03 + 0.005));
	lose("");
	thread_watch_look(&w, 200 * MS);
	assert_true(w.err != 0);
	assert_true(thread_watch_next(&w) == UINT64_MAX);
}

// However long it takes, the moments stay few, in order, and keep the most.
static void test_moments_are_few(void **state)
{
	uint64_t before = 0;
	size_t most = 0;

	(void)state;
	begin();
	for (uint64_t i = 0; i < 1000; i++) {
		if (i == 333)
			put_thread(PROGRAM, 61, "R", 0, 0);
		if (i == 334)
			lose("60/task/61");
		thread_watch_look(&w, (100 + i) * MS);
	}
	assert_int_equal(w.looks, 1000);
	assert_in_range(w.n_moment, THREAD_WATCH_MOMENTS / 2,
	                THREAD_WATCH_MOMENTS);
	for (size_t i = 0; i < w.n_moment; i++) {
		assert_true(i == 0 || w.moment[i].at > before);
		before = w.moment[i].at;
		most = w.moment[i].threads > most ? w.moment[i].threads : most;
	}
	assert_true(before > 980 * MS);
	assert_int_equal(most, 2);
}

//---------------------------------------------------------------------------
// What dyno tells
//---------------------------------------------------------------------------

static struct command_result r;
static char self[4096];

static json_t *run(const char *program, const char *every)
{
	const char *const argv[] = {DYNO,  "run", "--json", "--threads-every",
	                            every, "--",  self,     program,
	                            NULL};
	json_t *doc;

	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	assert_non_null(doc);
	return doc;
}

static const json_t *metric(const json_t *doc, const char *name)
{
	const json_t *m;
	size_t i;

	json_array_foreach(
		json_object_get(doc, "metrics"), i,
		m) if (strcmp(json_string_value(json_object_get(m, "name")),
	                      name) == 0) return json_object_get(m, "value");
	return NULL;
}

static double seen(const json_t *doc)
{
	return json_number_value(
		json_object_get(json_object_get(doc, "threads"), "seen"));
}

// Three threads that want 0.1 s each of one CPU wait for 0.3 s at the least.
static void test_known_program(void **state)
{
	json_t *doc = run("family", "2ms");
	const json_t *series = json_object_get(json_object_get(doc, "threads"),
	                                       "series");
	size_t n = json_array_size(json_object_get(series, "at_ms"));
	double share;

	(void)state;
	// A sanitizer may have a thread of its own in each of the two processes.
	assert_in_range(json_number_value(metric(doc, "threads_max")),
	                2 + BURNERS, 4 + BURNERS);
	assert_true(json_number_value(metric(doc, "threads_mean")) > 1);
	assert_true(json_number_value(metric(doc, "threads_mean")) <= 4 + BURNERS);
	assert_true(json_number_value(metric(doc, "runqueue_wait")) > 0.15);
	share = json_number_value(metric(doc, "runqueue_wait_share"));
	assert_true(share > 0.3 && share < 1);
	assert_true(seen(doc) > 0.5);
	assert_in_range(n, 2, THREAD_WATCH_MOMENTS);
	assert_int_equal(json_array_size(json_object_get(series, "threads")), n);
	assert_int_equal(json_array_size(json_object_get(series, "waited_ms")),
	                 n);
	json_decref(doc);
}

// One look at the beginning; the first thread is read once more at its end.
static void test_the_first_thread_is_exact(void **state)
{
	json_t *doc = run("alone", "50s");

	(void)state;
	assert_true(seen(doc) > 0.9);
	assert_in_range(json_number_value(metric(doc, "threads_max")), 1, 2);
	json_decref(doc);
}

static void test_not_asked_for(void **state)
{
	json_t *doc = run("alone", "none");
	const json_t *absent = json_object_get(doc, "counters_absent");

	(void)state;
	assert_null(metric(doc, "threads_max"));
	assert_non_null(strstr(
		json_string_value(json_object_get(absent, "runqueue_wait")),
		"--threads-every"));
	json_decref(doc);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_threads_come_and_go,
	                                        make_machine, remove_machine),
		cmocka_unit_test_setup_teardown(test_the_whole_tree,
	                                        make_machine, remove_machine),
		cmocka_unit_test_setup_teardown(test_what_does_not_run,
	                                        make_machine, remove_machine),
		cmocka_unit_test_setup_teardown(test_moments_are_few,
	                                        make_machine, remove_machine),
		cmocka_unit_test(test_known_program),
		cmocka_unit_test(test_the_first_thread_is_exact),
		cmocka_unit_test(test_not_asked_for),
	};

	if (argc > 1 && strcmp(argv[1], "family") == 0)
		return family();
	if (argc > 1 && strcmp(argv[1], "alone") == 0)
		return alone();
	if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
