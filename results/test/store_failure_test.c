// store_failure_test.c - kills, locks, full disks, foreign files: nothing that
// was finished is lost, and nothing that is not ours is touched.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

static char err[512];

static struct store *created(const char *name)
{
	struct store *s = NULL;
	if (store_create(scratch_path(name), &sample_experiment, &s, err, 512))
		fail_msg("%s", err);
	return s;
}

static int count_whole(void *arg, const struct store_trial *t)
{
	assert_int_equal(t->n_metric, 2); // a trial never lacks its metrics
	++*(int *)arg;
	return 0;
}

static int trials_in(const char *name)
{
	struct store *s;
	int seen = 0;
	if (store_open(scratch_path(name), &s, err, 512))
		fail_msg("%s", err);
	if (store_each_trial(s, count_whole, &seen))
		fail_msg("%s", store_why(s));
	store_close(s);
	return seen;
}

//---------------------------------------------------------------------------
// Kills
//---------------------------------------------------------------------------

// write_for_ever adds trials from rep on and tells each that is stored.
static void write_for_ever(const char *dir, int told)
{
	struct store *s;
	int64_t id;
	struct store_point p = sample_point(1, 0);
	int result = store_resume(dir, &sample_experiment, &s, err, 512);
	if (result || store_point(s, &p, &id))
		_exit(1);
	for (int rep = 0;; rep++) {
		if (store_has(s, id, rep) == 1)
			continue;
		if (sample_add(s, id, rep, rep))
			_exit(1);
		if (write(told, "x", 1) != 1)
			_exit(1);
	}
}

// kill_writer lets a writer store some trials, kills it in the middle of
// whatever it is doing, and returns how many it said were stored.
static int kill_writer(const char *dir, int n, useconds_t later)
{
	int ends[2];
	char c;
	int told = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		write_for_ever(dir, ends[1]);
	}
	close(ends[1]);
	while (told < n && read(ends[0], &c, 1) == 1)
		told++;
	usleep(later);
	kill(pid, SIGKILL);
	while (read(ends[0], &c, 1) == 1)
		told++;
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return told;
}

static void test_killed_writers(void **state)
{
	(void)state;
	store_close(created("killed"));
	int stored = 0;
	for (int i = 0; i < 40; i++) {
		int told = kill_writer(scratch_path("killed"), 3,
		                       (useconds_t)(i * 37 % 1000));
		assert_in_range(told, 3, 1000000);
		stored += told;
		// The last one may have been stored without having been told.
		int found = trials_in("killed");
		assert_in_range(found, stored, stored + 1);
		stored = found;
	}
}

static void test_killed_while_creating(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			struct store *s;
			store_create(scratch_path("torn"), &sample_experiment,
			             &s, err, 512);
			_exit(0);
		}
		usleep((useconds_t)(i * 200));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		// There is a whole store or none, and the way is free for one.
		struct store *s = NULL;
		int result = store_open(scratch_path("torn"), &s, err, 512);
		if (result && result != -ENOENT)
			fail_msg("%s", err);
		store_close(s);
		if (result)
			store_close(created("torn"));
		unlink(scratch_path("torn/" STORE_FILE));
	}
}

static void test_second_writer(void **state)
{
	(void)state;
	struct store *first = created("locked"), *second;
	assert_int_equal(store_resume(scratch_path("locked"), NULL, &second,
	                              err, 512),
	                 -EBUSY);
	assert_non_null(strstr(err, "another dyno"));
	assert_int_equal(store_create(scratch_path("locked"),
	                              &sample_experiment, &second, err, 512),
	                 -EBUSY);
	store_close(first);
	assert_int_equal(
		store_resume(scratch_path("locked"), NULL, &second, err, 512), 0);
	store_close(second);
}

//---------------------------------------------------------------------------
// No space, no rights
//---------------------------------------------------------------------------

static void limit_files(rlim_t bytes)
{
	struct rlimit l;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void test_full_disk(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	struct store *s = created("full");
	struct store_point p = sample_point(1, 0);
	int64_t id;
	assert_int_equal(store_point(s, &p, &id), 0);
	limit_files(64 * 1024);
	int rep = 0, result;
	while ((result = sample_add(s, id, rep, rep)) == 0 && rep < 100000)
		rep++;
	assert_true(result == -EFBIG || result == -ENOSPC);
	assert_non_null(strstr(store_why(s), "make space"));
	assert_int_equal(store_has(s, id, rep), 0);
	limit_files(RLIM_INFINITY);
	assert_int_equal(trials_in("full"), rep);
	// The same connection goes on once there is space.
	assert_int_equal(sample_add(s, id, rep, rep), 0);
	assert_int_equal(trials_in("full"), rep + 1);
	store_close(s);
}

// Wherever the space ends, in the journal or in the file, there is no store then
// and nothing else is left; with enough of it there is one.
static void test_full_disk_while_creating(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	struct store *s;
	int result = -1;
	rlim_t limit = 256;
	for (; result; limit += 512) {
		limit_files(limit);
		result = store_create(scratch_path("tight"), &sample_experiment,
		                      &s, err, 512);
		limit_files(RLIM_INFINITY);
		if (!result)
			break;
		assert_true(result == -EFBIG || result == -ENOSPC);
		assert_null(s);
		assert_non_null(strstr(err, "make space"));
		assert_int_equal(rmdir(scratch_path("tight")), 0);
	}
	assert_in_range(limit, 8192, 200000);
	store_close(s);
}

// A dyno was killed between completing its new store and naming it.
static void test_remains_of_a_creation(void **state)
{
	(void)state;
	store_close(created("remains"));
	assert_int_equal(rename(scratch_path("remains/" STORE_FILE),
	                        scratch_path("remains/.dyno.sqlite.new")),
	                 0);
	store_close(created("remains"));
	assert_int_equal(trials_in("remains"), 0);
}

static void test_unwritable(void **state)
{
	(void)state;
	struct store *s;
	store_close(created("mine"));
	assert_int_equal(mkdir(scratch_path("closed"), 0555), 0);
	assert_int_equal(chmod(scratch_path("mine/" STORE_FILE), 0444), 0);
	assert_int_equal(chmod(scratch, 0755), 0);
	bool root = geteuid() == 0;
	if (root)
		assert_int_equal(seteuid(65534), 0);
	int create = store_create(scratch_path("closed"), &sample_experiment,
	                          &s, err, 512);
	char first[512];
	memcpy(first, err, sizeof first);
	int below = store_create(scratch_path("closed/a/b"), &sample_experiment,
	                         &s, err, 512);
	int resume = store_resume(scratch_path("mine"), NULL, &s, err, 512);
	int read_only = store_open(scratch_path("mine"), &s, err, 512);
	store_close(s);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(create, -EACCES);
	assert_non_null(strstr(first, "choose a directory"));
	assert_int_equal(below, -EACCES);
	assert_int_equal(resume, -EACCES);
	assert_int_equal(read_only, 0);
}

static void test_a_file_in_the_way(void **state)
{
	(void)state;
	struct store *s;
	fclose(fopen(scratch_path("file"), "w"));
	assert_int_equal(store_create(scratch_path("file"), &sample_experiment,
	                              &s, err, 512),
	                 -ENOTDIR);
	assert_int_equal(store_create(scratch_path("file/x"),
	                              &sample_experiment, &s, err, 512),
	                 -ENOTDIR);
}

static void test_bad_json(void **state)
{
	(void)state;
	struct store *s;
	struct store_experiment e = sample_experiment;
	e.plan = "{";
	assert_int_equal(store_create(scratch_path("json"), &e, &s, err, 512),
	                 -EINVAL);
	assert_non_null(strstr(err, "the plan is not JSON"));
}

//---------------------------------------------------------------------------
// Foreign files
//---------------------------------------------------------------------------

static void put_file(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

// bytes_of reads a file for a comparison; the caller frees.
static char *bytes_of(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	char *bytes = malloc(1 << 20);
	*n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return bytes;
}

// assert_refused: each way in refuses the store, says so, and leaves the file
// as it is.
static void assert_refused(const char *dir, int want, const char *says)
{
	char file[sizeof scratch + 512];
	struct store *s;
	size_t before, after;
	snprintf(file, sizeof file, "%s/%s", dir, STORE_FILE);
	char *old = bytes_of(file, &before);
	assert_int_equal(store_open(dir, &s, err, 512), want);
	assert_non_null(strstr(err, says));
	assert_int_equal(store_resume(dir, &sample_experiment, &s, err, 512),
	                 want);
	assert_int_equal(store_create(dir, &sample_experiment, &s, err, 512),
	                 want);
	assert_non_null(strstr(err, says));
	char *new = bytes_of(file, &after);
	assert_int_equal(before, after);
	assert_memory_equal(old, new, before);
	free(old);
	free(new);
}

static void test_not_a_store(void **state)
{
	(void)state;
	const char *dir = scratch_path("text");
	assert_int_equal(mkdir(dir, 0777), 0);
	put_file(scratch_path("text/" STORE_FILE), "hello", 5);
	assert_refused(scratch_path("text"), -EINVAL, "not a store");
	put_file(scratch_path("text/" STORE_FILE), "", 0);
	assert_refused(scratch_path("text"), -EINVAL, "not a store");
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_another_database(void **state)
{
	(void)state;
	assert_int_equal(mkdir(scratch_path("db"), 0777), 0);
	run_sql(scratch_path("db/" STORE_FILE), "CREATE TABLE precious(x)");
	assert_refused(scratch_path("db"), -EINVAL, "not a store");
}

static void test_another_version(void **state)
{
	(void)state;
	store_close(created("v2"));
	run_sql(scratch_path("v2/" STORE_FILE), "PRAGMA user_version=2");
	assert_refused(scratch_path("v2"), -EPROTO, "version 2");
}

static void test_damaged(void **state)
{
	(void)state;
	store_close(created("damaged"));
	struct store *s;
	FILE *f = fopen(scratch_path("damaged/" STORE_FILE), "r+");
	assert_non_null(f);
	for (long at = 100; at < 30000; at++) {
		fseek(f, at, SEEK_SET);
		fputc(0x5a, f);
	}
	fclose(f);
	assert_int_equal(store_open(scratch_path("damaged"), &s, err, 512),
	                 -EBADMSG);
	assert_non_null(strstr(err, "damaged"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_writers),
		cmocka_unit_test(test_killed_while_creating),
		cmocka_unit_test(test_second_writer),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_full_disk_while_creating),
		cmocka_unit_test(test_remains_of_a_creation),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_a_file_in_the_way),
		cmocka_unit_test(test_bad_json),
		cmocka_unit_test(test_not_a_store),
		cmocka_unit_test(test_another_database),
		cmocka_unit_test(test_another_version),
		cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
