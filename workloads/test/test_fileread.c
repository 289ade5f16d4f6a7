// test_fileread.c - bad parameters, and that a block which changed is found.
#include "../fileread.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static int64_t block, size, way, direct = 1;

static void set_sizes(int64_t *param)
{
	param[BLOCK] = block;
	param[FILE_SIZE] = size;
	param[WAY] = way;
	param[DIRECT] = direct;
}

static struct trial read_blocks(int64_t block_size, int64_t file_size)
{
	struct trial t = {.w = &wl_fileread, .procs = 2, .rounds = 2};

	block = block_size;
	size = file_size;
	t.adjust = set_sizes;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP)
		skip();
	return t;
}

static void test_block_sizes(void **state)
{
	(void)state;
	assert_true(read_blocks(4096, 4096).verified);
	assert_true(read_blocks(8192, 100000).verified);
	assert_true(read_blocks(1 << 20, 1 << 20).verified);
}

static void test_io_uring_reads_the_same(void **state)
{
	(void)state;
	way = 1;
	assert_true(read_blocks(8192, 100000).verified);
}

static int by_blocking(void **state) // again, also after a test that was skipped
{
	(void)state;
	way = 0;
	direct = 1;
	return 0;
}

// Cached reads give the same blocks, and need no directory that takes O_DIRECT.
static void test_cached_reads(void **state)
{
	struct wl_run r = {.param = (const int64_t[]){1, 1, 4096, 4096, 0, 0}};
	struct file *f = new_file(&r);

	(void)state;
	assert_non_null(f);
	assert_false(f->flags & DY_FILE_DIRECT);
	free_file(f);
	direct = 0;
	assert_true(read_blocks(8192, 100000).verified);
}

static void test_bad_sizes_are_refused(void **state)
{
	(void)state;
	assert_int_equal(read_blocks(5000, 100000).prepare_err, -EINVAL);
	assert_int_equal(read_blocks(8192, 4096).prepare_err, -EINVAL);
}

// overwrite changes one byte of every block on the disk.
static void overwrite(struct wl_run *r)
{
	struct file *f = r->state;
	uint8_t *buf = f->reader[0].buf;

	for (uint64_t i = 0; i < f->blocks; i++) {
		dy_file_pread(f->h, buf, f->block, i * f->block);
		buf[f->block - 1] ^= 1;
		dy_file_pwrite(f->h, buf, f->block, i * f->block);
	}
}

// exchange swaps the first two blocks, which are right but elsewhere.
static void exchange(struct wl_run *r)
{
	struct file *f = r->state;
	uint64_t sum = f->sum[0];

	f->sum[0] = f->sum[1];
	f->sum[1] = sum;
	for (size_t i = 0; i < f->n; i++)
		f->blocks = 2;
}

static void assert_round_fails(void (*disturb)(struct wl_run *r))
{
	struct trial t = {.w = &wl_fileread, .procs = 2, .rounds = 2};

	t.before_round = disturb;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP)
		skip();
	assert_false(t.verified);
	assert_non_null(strstr(t.run.why, "not as written"));
}

static void test_changed_blocks_are_found(void **state)
{
	(void)state;
	assert_round_fails(overwrite);
	assert_round_fails(exchange);
}

static int no_place, some_place;
static char no_place_why[sizeof((struct wl_run){0}.why)];

// Only goroutines may open files.
static void try_places(struct wl_run *r)
{
	static const char *const none[] = {"/proc", "/no/such/directory", NULL};
	static const char *const some[] = {"/proc", "/var/tmp", ".", "/tmp",
	                                   NULL};
	struct file *f = new_file(r);

	no_place = make(r, f, none);
	memcpy(no_place_why, r->why, sizeof(no_place_why));
	some_place = make(r, f, some);
	free_file(f);
}

static void test_places_that_cannot_are_passed_over(void **state)
{
	struct trial t = {.w = &wl_fileread, .procs = 1, .rounds = 1};

	(void)state;
	t.before_round = try_places;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP)
		skip();
	assert_int_equal(no_place, -ENOTSUP);
	assert_non_null(strstr(no_place_why, "O_DIRECT"));
	assert_int_equal(some_place, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block_sizes),
		cmocka_unit_test_teardown(test_io_uring_reads_the_same,
	                                  by_blocking),
		cmocka_unit_test_teardown(test_cached_reads, by_blocking),
		cmocka_unit_test(test_bad_sizes_are_refused),
		cmocka_unit_test(test_changed_blocks_are_found),
		cmocka_unit_test(test_places_that_cannot_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
