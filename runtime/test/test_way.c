// test_way.c - handles whose calls block, or are completed by io_uring: what is
// written arrives, the ends are seen, and nothing is left over when main ends.
#include <dyno/time.h>
#include <errno.h>
#include <string.h>

#include "handles.h"

enum { PAIRS = 20, TALKS = RT_SCALE(50), LARGE = 1 << 20 };

static enum dy_way way;
static bool lacking; // there is no io_uring here
static int left[PAIRS], right[PAIRS];

static void connect_pair(int *a, int *b)
{
	int listener = dy_unix_listen("@", 1);
	char name[108];

	rt_check(dy_unix_name(listener, name, sizeof name) == 0);
	*a = dy_unix_dial(name);
	*b = dy_unix_accept(listener);
	rt_check(*a >= 0 && *b >= 0 && dy_close(listener) == 0);
	rt_check(dy_set_way(*a, way) == 0 && dy_set_way(*b, way) == 0);
}

static void echo(void *arg)
{
	echo_to_the_end(handle(arg));
	dy_wg_done(&wg);
}

static void talk(void *arg)
{
	int h = handle(arg);

	for (uint64_t i = 0, v; i < TALKS; i++) {
		rt_check(dy_write(h, &i, sizeof i) == sizeof i);
		rt_check(read_all(h, &v, sizeof v) == sizeof v && v == i);
	}
	rt_check(dy_close(h) == 0); // which the other end sees
	dy_wg_done(&wg);
}

static void talk_in_pairs(void *unused)
{
	(void)unused;
	for (int i = 0; i < PAIRS; i++) {
		connect_pair(&left[i], &right[i]);
		spawn(echo, right[i]);
		spawn(talk, left[i]);
	}
	dy_wg_wait(&wg);
}

static void write_there(void *arg)
{
	write_large(handle(arg), LARGE);
	dy_wg_done(&wg);
}

static void send_large(void *unused)
{
	(void)unused;
	rt_check(dy_pipe(there) == 0 && dy_set_way(there[0], way) == 0 &&
	         dy_set_way(there[1], way) == 0);
	spawn(write_there, there[1]);
	read_large(there[0], LARGE);
	rt_check(dy_close(there[0]) == 0);
	dy_wg_wait(&wg);
}

static void use_wrongly(void *unused)
{
	(void)unused;
	rt_check(dy_set_way(-1, way) == -EBADF);
	rt_check(dy_pipe(there) == 0);
	rt_check(dy_set_way(there[0], (enum dy_way)3) == -EINVAL);
	rt_check(dy_set_way(there[0], way) == 0);
	rt_check(dy_set_way(there[0], way) == 0);
	rt_check(dy_set_way(there[0], DY_WAY_POLL) == -EALREADY);
	rt_check(dy_close(there[0]) == 0);
	rt_check(dy_set_way(there[1], way) == 0);
	rt_check(dy_write(there[1], "x", 1) == -EPIPE);
	rt_check(dy_close(there[1]) == 0);
	rt_check(dy_pipe(there) == 0); // the same numbers, by the poller again
	rt_check(dy_set_read_deadline(there[0], 1) == 0);
	rt_check(dy_read(there[0], &(char){0}, 1) == -ETIMEDOUT);
	rt_check(dy_close(there[0]) == 0 && dy_close(there[1]) == 0);
}

static void test_blocking_calls(void **state)
{
	(void)state;
	way = DY_WAY_BLOCK;
	on_all_ps(talk_in_pairs);
	on_all_ps(send_large);
	on_all_ps(use_wrongly);
}

//---------------------------------------------------------------------------
// io_uring
//---------------------------------------------------------------------------

static void look_for_ring(void *unused)
{
	(void)unused;
	rt_check(dy_pipe(there) == 0);
	lacking = dy_set_way(there[0], DY_WAY_RING) == -ENOTSUP;
	rt_check(dy_close(there[0]) == 0 && dy_close(there[1]) == 0);
}

static void need_ring(void)
{
	way = DY_WAY_RING;
	rt_run(1, NULL, look_for_ring, NULL);
	if (lacking) {
		print_message("no io_uring on this system\n");
		skip();
	}
}

static void test_calls_by_ring(void **state)
{
	(void)state;
	need_ring();
	on_all_ps(talk_in_pairs);
	on_all_ps(send_large);
	on_all_ps(use_wrongly);
}

// The reader's memory is the runtime's, and gone with it; the kernel must be rid of
// the read before.
static void read_for_ever(void *arg)
{
	char c[4096];

	dy_read(handle(arg), c, sizeof c);
	rt_check(false);
}

static void leave_calls_under_way(void *unused)
{
	(void)unused;
	for (int i = 0; i < PAIRS; i++) {
		connect_pair(&left[i], &right[i]);
		dy_go(read_for_ever, (void *)(intptr_t)right[i]);
	}
	dy_sleep(DY_MS);
}

static void test_calls_end_with_main(void **state)
{
	(void)state;
	need_ring();
	for (int i = 0; i < 5; i++)
		on_all_ps(leave_calls_under_way);
}

// A locked goroutine's thread ends with it, and with the thread what it submitted,
// which may be another goroutine's call.
static void read_on_a_thread(void *arg)
{
	char c;

	dy_lock_os_thread();
	rt_check(dy_read(handle(arg), &c, 1) == 1);
	dy_wg_done(&wg);
}

static void end_threads(void *unused)
{
	(void)unused;
	for (int i = 0; i < PAIRS; i++) {
		connect_pair(&left[i], &right[i]);
		spawn(i % 2 ? read_on_a_thread : echo, right[i]);
	}
	for (int i = 0; i < PAIRS; i++) {
		rt_check(dy_write(left[i], "x", 1) == 1);
		if (i % 2 == 0)
			rt_check(dy_read(left[i], &(char){0}, 1) == 1);
		rt_check(dy_close(left[i]) == 0);
	}
	dy_wg_wait(&wg);
}

static void test_calls_outlive_threads(void **state)
{
	(void)state;
	need_ring();
	on_all_ps(end_threads);
}

// Random places of a file, by many at once.
enum { BLOCKS = 64, BLOCK = 512 };

static void read_blocks(void *arg)
{
	char block[BLOCK], got[BLOCK];

	for (int i = 0; i < BLOCKS; i++) {
		memset(block, i, sizeof block);
		rt_check(dy_file_pread(there[0], got, BLOCK,
		                       (uint64_t)i * BLOCK) == BLOCK);
		rt_check(memcmp(block, got, BLOCK) == 0);
	}
	(void)arg;
	dy_wg_done(&wg);
}

static void use_file(void *unused)
{
	char block[BLOCK];

	(void)unused;
	there[0] = dy_file_open("/tmp", DY_FILE_TEMP | DY_FILE_RING);
	rt_check(there[0] >= 0);
	for (int i = 0; i < BLOCKS; i++) {
		memset(block, i, sizeof block);
		rt_check(dy_file_pwrite(there[0], block, BLOCK,
		                        (uint64_t)i * BLOCK) == BLOCK);
	}
	for (int i = 0; i < PAIRS; i++)
		spawn(read_blocks, i);
	dy_wg_wait(&wg);
	rt_check(dy_file_sync(there[0]) == 0);
	rt_check(dy_file_pread(there[0], block, 1, BLOCKS * BLOCK) == 0);
	rt_check(dy_file_close(there[0]) == 0);
	rt_check(dy_file_pread(there[0], block, 1, 0) == -EBADF);
}

static void test_files_by_ring(void **state)
{
	(void)state;
	need_ring();
	on_all_ps(use_file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocking_calls),
		cmocka_unit_test(test_calls_by_ring),
		cmocka_unit_test(test_calls_end_with_main),
		cmocka_unit_test(test_calls_outlive_threads),
		cmocka_unit_test(test_files_by_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
