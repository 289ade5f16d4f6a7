// file_test.c - files replaced whole or not at all.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <results/file.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static int replace(const char *path, const char *text, size_t times, int failed)
{
	struct file_new f;
	int err = file_begin(&f, path);
	if (err)
		return err;
	while (times--)
		fputs(text, f.out);
	return file_commit(&f, failed);
}

static void assert_text(const char *path, const char *want)
{
	char *text = file_read(path, 1 << 20);
	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

static int files(void)
{
	int n = 0;
	DIR *d = opendir(scratch);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void test_replace(void **state)
{
	(void)state;
	struct stat st;
	mode_t mask = umask(027);
	assert_int_equal(replace(scratch_path("a"), "one", 1, 0), 0);
	umask(mask);
	assert_text(scratch_path("a"), "one");
	assert_int_equal(stat(scratch_path("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(replace(scratch_path("a"), "two", 1, 0), 0);
	assert_text(scratch_path("a"), "two");
	assert_int_equal(files(), 1);
}

static void test_failures(void **state)
{
	(void)state;
	struct rlimit l;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(replace(scratch_path("a"), "old", 1, 0), 0);
	assert_int_equal(replace(scratch_path("a"), "new", 1, -ENOMEM), -ENOMEM);
	assert_text(scratch_path("a"), "old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	rlim_t before = l.rlim_cur;
	l.rlim_cur = 1000;
	setrlimit(RLIMIT_FSIZE, &l);
	int at_close = replace(scratch_path("a"), "much", 500, 0);
	int early = replace(scratch_path("a"), "much", 50000, 0);
	l.rlim_cur = before;
	setrlimit(RLIMIT_FSIZE, &l);
	assert_int_equal(at_close, -EFBIG);
	assert_true(early < 0);
	assert_text(scratch_path("a"), "old");
	assert_int_equal(files(), 1);
	assert_int_equal(replace(scratch_path("no/such"), "x", 1, 0), -ENOENT);
	assert_int_equal(mkdir(scratch_path("dir"), 0777), 0);
	assert_int_equal(replace(scratch_path("dir"), "x", 1, 0), -EISDIR);
	assert_int_equal(files(), 2);
}

// A device, here a pipe by name, is written to and stays what it is.
static void test_special(void **state)
{
	(void)state;
	struct stat st;
	char back[8] = "";
	const char *path = scratch_path("pipe");
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(replace(path, "x", 3, 0), 0);
	assert_int_equal(read(fd, back, sizeof back), 3);
	close(fd);
	assert_int_equal(lstat(scratch_path("pipe"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(unlink(scratch_path("pipe")), 0);
}

static void test_read(void **state)
{
	(void)state;
	assert_null(file_read(scratch_path("none"), 10));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(replace(scratch_path("big"), "0123456789", 20000, 0), 0);
	char *text = file_read(scratch_path("big"), 200000);
	assert_non_null(text);
	assert_int_equal(strlen(text), 200000);
	free(text);
	assert_null(file_read(scratch_path("big"), 199999));
	assert_int_equal(errno, EFBIG);
	assert_null(file_read(scratch, 10));
	assert_int_equal(errno, EIO); // a directory
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_special),
		cmocka_unit_test(test_read),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
