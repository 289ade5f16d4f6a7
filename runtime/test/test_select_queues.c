// test_select_queues.c - what selects leave behind in the queues of channels, and
// many selects at once, at 1, 2, 4 and 8 Ps.
#include <dyno/sync.h>
#include <string.h>

#include "lang/chan.h"
#include "procs.h"

static struct dy_chan *shared;
static struct dy_waitgroup wg;

static struct dy_chan *chan(size_t elem, size_t cap)
{
	struct dy_chan *c = dy_chan_make(elem, cap);

	rt_check(c);
	return c;
}

//---------------------------------------------------------------------------
// What the losers leave behind
//---------------------------------------------------------------------------

static struct dy_chan *four[4];

static void wait_for_first(void *arg)
{
	(void)arg;
	dy_chan_recv(four[0], NULL);
	dy_wg_done(&wg);
}

static void wait_for_second_then_first(void *arg)
{
	struct dy_case k[] = {
		dy_recv_case(four[0], NULL),
		dy_recv_case(four[1], NULL),
	};

	(void)arg;
	rt_check(dy_select(k, 2) == 1);
	dy_chan_send(four[2], NULL);
	dy_chan_recv(four[0], NULL);
	dy_wg_done(&wg);
}

// A select that stood last in a queue and lost leaves it whole: who waits next
// is woken (Go's issue 2075).
static void leave_from_the_end(void *arg)
{
	(void)arg;
	for (int i = 0; i < 4; i++)
		four[i] = chan(0, 0);
	dy_wg_add(&wg, 2);
	dy_go(wait_for_first, NULL);
	dy_yield();
	dy_go(wait_for_second_then_first, NULL);
	dy_chan_send(four[1], NULL);
	dy_chan_recv(four[2], NULL);
	dy_chan_send(four[0], NULL);
	dy_chan_send(four[0], NULL);
	dy_wg_wait(&wg);
	for (int i = 0; i < 4; i++)
		dy_chan_free(four[i]);
}

static void test_a_queue_is_whole_after_its_last_has_left(void **state)
{
	(void)state;
	at_all_procs(leave_from_the_end);
}

static void feed(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(20000); i++)
		dy_chan_send(four[i % 2], &i);
	dy_chan_close(four[2]);
	dy_wg_done(&wg);
}

// Channels on which nothing ever happens do not fill up with old waiters.
static void select_beside_a_dead_channel(void *arg)
{
	int v, received = 0;

	(void)arg;
	for (int i = 0; i < 4; i++)
		four[i] = chan(sizeof v, 0);
	dy_wg_add(&wg, 1);
	dy_go(feed, NULL);
	for (;;) {
		struct dy_case k[] = {
			dy_recv_case(four[0], &v),
			dy_recv_case(four[1], &v),
			dy_recv_case(four[3], &v),
			dy_recv_case(four[2], NULL),
		};

		if (dy_select(k, 4) == 3)
			break;
		rt_check(v == received++);
		rt_check(!four[3]->recvq.first && !four[3]->recvq.last);
	}
	rt_check(received == RT_SCALE(20000));
	dy_wg_wait(&wg);
	for (int i = 0; i < 4; i++)
		dy_chan_free(four[i]);
}

static void test_no_waiter_stays_behind(void **state)
{
	(void)state;
	at_all_procs(select_beside_a_dead_channel);
}

//---------------------------------------------------------------------------
// Many at once
//---------------------------------------------------------------------------

enum { NUMBERS = RT_SCALE(20000) };
static unsigned char seen[NUMBERS];

static void send_numbers_anywhere(void *arg)
{
	(void)arg;
	for (int i = 0; i < NUMBERS; i++) {
		struct dy_case k[4];

		for (int j = 0; j < 4; j++)
			k[j] = dy_send_case(four[j], &i);
		dy_select(k, 4);
	}
	for (int j = 0; j < 4; j++)
		dy_chan_close(four[j]);
}

static void pass_on(void *c)
{
	int v;

	while (dy_chan_recv(c, &v))
		dy_chan_send(shared, &v);
	dy_wg_done(&wg);
}

static void close_shared(void *arg)
{
	(void)arg;
	dy_wg_wait(&wg);
	dy_chan_close(shared);
}

// One select never does two cases: each number arrives once.
static void send_each_once(void *arg)
{
	int v, n = 0;

	(void)arg;
	memset(seen, 0, sizeof seen);
	shared = chan(sizeof v, 0);
	dy_wg_add(&wg, 4);
	for (int i = 0; i < 4; i++) {
		four[i] = chan(sizeof v, 0);
		dy_go(pass_on, four[i]);
	}
	dy_go(send_numbers_anywhere, NULL);
	dy_go(close_shared, NULL);
	for (; dy_chan_recv(shared, &v); n++)
		rt_check(seen[v]++ == 0);
	rt_check(n == NUMBERS);
	for (int i = 0; i < 4; i++)
		dy_chan_free(four[i]);
	dy_chan_free(shared);
}

static void test_a_select_does_one_case(void **state)
{
	(void)state;
	at_all_procs(send_each_once);
}

enum { EACH = RT_SCALE(3000) };

static void send_to_one(void *c)
{
	for (int i = 0; i < EACH; i++)
		dy_chan_send(c, &i);
	dy_wg_done(&wg);
}

static void receive_from_one(void *c)
{
	int v;

	for (int i = 0; i < EACH; i++)
		rt_check(dy_chan_recv(c, &v));
	dy_wg_done(&wg);
}

// EACH operations on each of the four channels, in whatever order they come.
static void select_each(void *arg)
{
	bool send = arg != NULL;
	int left[4] = {EACH, EACH, EACH, EACH}, v = 0;

	for (int n = 0; n < 4 * EACH; n++) {
		struct dy_case k[4];
		int i;

		for (i = 0; i < 4; i++) {
			struct dy_chan *c = left[i] ? four[i] : NULL;

			k[i] = send ? dy_send_case(c, &v) : dy_recv_case(c, &v);
		}
		i = dy_select(k, 4);
		left[i]--;
	}
	dy_wg_done(&wg);
}

static void stress(void *arg)
{
	static const size_t cap[4] = {0, 0, 2, 3};

	(void)arg;
	dy_wg_add(&wg, 10);
	for (int i = 0; i < 4; i++) {
		four[i] = chan(sizeof(int), cap[i]);
		dy_go(send_to_one, four[i]);
		dy_go(receive_from_one, four[i]);
	}
	dy_go(select_each, &wg);
	dy_go(select_each, NULL);
	dy_wg_wait(&wg);
	for (int i = 0; i < 4; i++) {
		rt_check(dy_chan_len(four[i]) == 0);
		dy_chan_free(four[i]);
	}
}

static void test_stress(void **state)
{
	(void)state;
	at_all_procs(stress);
}

enum { WIDE = 500 };
static struct dy_chan *wide[WIDE];

// Two that name all channels in opposite orders would block each other if they
// locked them in the order of the cases.
static void select_backwards(void *arg)
{
	struct dy_case k[WIDE];
	int v;

	(void)arg;
	for (int i = 0; i < WIDE; i++)
		k[i] = dy_recv_case(wide[WIDE - 1 - i], &v);
	for (int n = 0; n < RT_SCALE(1000); n++) {
		int i = dy_select(k, WIDE);

		rt_check(i >= 0 && k[i].ok);
		rt_check(v == WIDE - 1 - i);
	}
	dy_wg_done(&wg);
}

static void select_many(void *arg)
{
	struct dy_case k[WIDE];
	int self[WIDE];

	(void)arg;
	for (int i = 0; i < WIDE; i++) {
		self[i] = i;
		wide[i] = chan(sizeof(int), 0);
		k[i] = dy_send_case(wide[i], &self[i]);
	}
	dy_wg_add(&wg, 1);
	dy_go(select_backwards, NULL);
	for (int n = 0; n < RT_SCALE(1000); n++)
		rt_check(dy_select(k, WIDE) >= 0);
	dy_wg_wait(&wg);
	for (int i = 0; i < WIDE; i++) {
		rt_check(!wide[i]->recvq.first && !wide[i]->sendq.last);
		dy_chan_free(wide[i]);
	}
}

static void test_hundreds_of_cases(void **state)
{
	(void)state;
	at_all_procs(select_many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_queue_is_whole_after_its_last_has_left),
		cmocka_unit_test(test_no_waiter_stays_behind),
		cmocka_unit_test(test_a_select_does_one_case),
		cmocka_unit_test(test_stress),
		cmocka_unit_test(test_hundreds_of_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
