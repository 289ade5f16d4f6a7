// test_select.c - select: the choice among its cases, as Go's own tests assert
// it, at 1, 2, 4 and 8 Ps.
#include <dyno/sync.h>
#include <errno.h>
#include <stdlib.h>

#include "lang/chan.h"
#include "procs.h"

static struct dy_chan *chan(size_t elem, size_t cap)
{
	struct dy_chan *c = dy_chan_make(elem, cap);

	rt_check(c);
	return c;
}

//---------------------------------------------------------------------------
// The choice
//---------------------------------------------------------------------------

// Both of two cases that are always ready are taken about equally often.
static void choose_many_times(void *arg)
{
	enum { TRIALS = 10000 };
	struct dy_chan *c[2] = {chan(1, TRIALS + 1), chan(1, TRIALS + 1)};
	struct dy_chan *never = chan(1, 0);
	int count[2] = {0};
	char v = 0;

	(void)arg;
	for (int i = 0; i < 2 * (TRIALS + 1); i++)
		dy_chan_send(c[i % 2], &v);
	for (int i = 0; i < TRIALS; i++) {
		struct dy_case k[] = {
			dy_recv_case(never, &v),
			dy_recv_case(c[0], &v),
			dy_recv_case(NULL, &v),
			dy_recv_case(c[1], &v),
		};
		int got = dy_select(k, 4);

		rt_check(got == 1 || got == 3);
		rt_check(k[got].ok);
		count[got / 2]++;
	}
	// 10 sigma of a fair coin: 10 * sqrt(10000) / 2.
	rt_check(count[0] > TRIALS / 2 - 500 && count[0] < TRIALS / 2 + 500);
	rt_check(dy_chan_len(c[0]) == (size_t)(TRIALS + 1 - count[0]));
	rt_check(dy_chan_len(c[1]) == (size_t)(TRIALS + 1 - count[1]));
	dy_chan_free(c[0]);
	dy_chan_free(c[1]);
	dy_chan_free(never);
}

static void test_ready_cases_are_chosen_evenly(void **state)
{
	(void)state;
	at_all_procs(choose_many_times);
}

// Of n ready cases each is chosen, the same share of times.
static void choose_among_many(void *arg)
{
	enum { CASES = 40, TRIALS = 40000 };
	struct dy_chan *c = chan(0, 0);
	struct dy_case k[CASES];
	int count[CASES] = {0};

	(void)arg;
	dy_chan_close(c);
	for (int i = 0; i < CASES; i++)
		k[i] = dy_recv_case(c, NULL);
	for (int i = 0; i < TRIALS; i++)
		count[dy_select(k, CASES)]++;
	for (int i = 0; i < CASES; i++) // 10 sigma: 10 * sqrt(n p (1 - p))
		rt_check(abs(count[i] - TRIALS / CASES) < 313);
	dy_chan_free(c);
}

static void test_of_many_ready_cases_too(void **state)
{
	(void)state;
	at_all_procs(choose_among_many);
}

enum race_end { SEND_TO_SECOND, CLOSE_SECOND };

static struct {
	struct dy_chan *c1, *c2, *done;
} race;

static void take_either(void *arg)
{
	struct dy_case k[] = {
		dy_recv_case(race.c1, NULL),
		dy_recv_case(race.c2, NULL),
	};
	bool took = dy_select_try(k, 2) >= 0;

	(void)arg;
	dy_chan_send(race.done, &took);
}

// One of the channels always has something: the default must not be taken.
static void race_with_default(enum race_end how)
{
	bool took, ok;
	int v = 1;

	race.done = chan(sizeof took, 1);
	for (int i = 0; i < RT_SCALE(20000); i++) {
		race.c1 = chan(sizeof v, 1);
		race.c2 = chan(sizeof v, 1);
		dy_chan_send(race.c1, &v);
		dy_go(take_either, NULL);
		if (how == SEND_TO_SECOND)
			dy_chan_send(race.c2, &v);
		else
			dy_chan_close(race.c2);
		dy_chan_try_recv(race.c1, NULL, &ok);
		dy_chan_recv(race.done, &took);
		rt_check(took);
		dy_chan_free(race.c1);
		dy_chan_free(race.c2);
	}
	dy_chan_free(race.done);
}

static void race_with_send(void *arg)
{
	(void)arg;
	race_with_default(SEND_TO_SECOND);
}

static void race_with_close(void *arg)
{
	(void)arg;
	race_with_default(CLOSE_SECOND);
}

static void test_default_is_not_taken_while_a_case_is_ready(void **state)
{
	(void)state;
	at_all_procs(race_with_send);
	at_all_procs(race_with_close);
}

//---------------------------------------------------------------------------
// Empty, NULL and closed channels, with and without a wait
//---------------------------------------------------------------------------

static int try_one(struct dy_case k)
{
	struct dy_case two[] = {k, dy_recv_case(NULL, NULL)};
	int alone = dy_select_try(&k, 1), among = dy_select_try(two, 2);

	rt_check(alone == among);
	return among;
}

static void try_all_kinds(void *arg)
{
	int v = 7, w = 7;
	struct dy_chan *open = chan(sizeof v, 0), *closed = chan(sizeof v, 2);
	struct dy_chan *buffered = chan(sizeof v, 4);
	struct dy_case k = dy_recv_case(closed, &w);

	(void)arg;
	dy_chan_send(closed, &v);
	dy_chan_close(closed);
	rt_check(try_one(dy_recv_case(NULL, &w)) == -EAGAIN);
	rt_check(try_one(dy_send_case(NULL, &v)) == -EAGAIN);
	rt_check(try_one(dy_recv_case(open, &w)) == -EAGAIN);
	rt_check(try_one(dy_send_case(open, &v)) == -EAGAIN);
	rt_check(try_one(dy_recv_case(buffered, &w)) == -EAGAIN);
	rt_check(try_one(dy_send_case(buffered, &v)) == 0); // twice
	rt_check(try_one(dy_recv_case(buffered, &w)) == 0); // twice
	rt_check(try_one(dy_recv_case(buffered, &w)) == -EAGAIN);
	w = 0;
	rt_check(dy_select(&k, 1) == 0 && k.ok && w == 7);
	rt_check(dy_select(&k, 1) == 0 && !k.ok && w == 0);
	w = 7;
	rt_check(dy_select_try(&k, 1) == 0 && !k.ok && w == 0);
	rt_check(dy_select_try(NULL, 0) == -EAGAIN);
	rt_check(dy_select_try(&k, -1) == -EINVAL);
	rt_check(dy_select(&k, 65537) == -EINVAL);
	dy_chan_free(open);
	dy_chan_free(closed);
	dy_chan_free(buffered);
}

static void test_null_open_and_closed_channels(void **state)
{
	(void)state;
	at_all_procs(try_all_kinds);
}

static void select_nothing(void *arg)
{
	(void)arg;
	dy_select(NULL, 0);
}

static void select_null_channels(void *arg)
{
	struct dy_case k[] = {
		dy_recv_case(NULL, NULL),
		dy_send_case(NULL, NULL),
	};

	(void)arg;
	dy_select(k, 2);
}

static void select_send_on_closed(void *arg)
{
	struct dy_chan *c = chan(0, 0);
	struct dy_case k[] = {
		dy_send_case(c, NULL),
		dy_recv_case(NULL, NULL),
	};

	(void)arg;
	dy_chan_close(c);
	dy_select_try(k, 2);
}

static void close_it(void *c)
{
	dy_chan_close(c);
}

static void select_send_while_closed(void *arg)
{
	struct dy_chan *c = chan(0, 0);
	struct dy_case k[] = {
		dy_send_case(c, NULL),
		dy_recv_case(NULL, NULL),
	};

	(void)arg;
	dy_go(close_it, c);
	dy_select(k, 2);
}

static void test_waits_for_ever_and_sends_on_closed_channels(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(2, NULL), select_nothing, 2,
	                "select (no cases)");
	rt_expect_fatal(rt_config(2, NULL), select_null_channels, 2, "[select");
	rt_expect_fatal(rt_config(2, NULL), select_send_on_closed, 2,
	                "fatal error: send on closed channel");
	rt_expect_fatal(rt_config(2, NULL), select_send_while_closed, 2,
	                "fatal error: send on closed channel");
}

//---------------------------------------------------------------------------
// Both ways on one channel, and one channel in several cases
//---------------------------------------------------------------------------

static struct dy_chan *shared;
static struct dy_waitgroup wg;

// Sends its number or receives; with no buffer never its own number.
static void send_or_receive(void *arg)
{
	int self = (int)(intptr_t)arg, got;

	for (int i = 0; i < RT_SCALE(2000); i++) {
		struct dy_case k[] = {
			dy_send_case(shared, &self),
			dy_recv_case(shared, &got),
		};
		struct dy_case turned[] = {k[1], k[0]};
		bool sent;

		if (i % 2 == 0)
			sent = dy_select(k, 2) == 0;
		else
			sent = dy_select(turned, 2) == 1;
		rt_check(sent || dy_chan_cap(shared) > 0 || got != self);
	}
	dy_wg_done(&wg);
}

static void select_with_oneself(void *arg)
{
	(void)arg;
	for (size_t cap = 0; cap <= 10; cap += 10) {
		shared = chan(sizeof(int), cap);
		dy_wg_add(&wg, 2);
		for (intptr_t i = 0; i < 2; i++)
			dy_go(send_or_receive, (void *)i);
		dy_wg_wait(&wg);
		rt_check(!shared->recvq.first && !shared->sendq.first);
		dy_chan_free(shared);
	}
}

static void test_send_and_receive_on_one_channel(void **state)
{
	(void)state;
	at_all_procs(select_with_oneself);
}

static void receive_twice(void *arg)
{
	struct dy_chan **c = arg;
	struct dy_case k[] = {
		dy_recv_case(c[0], NULL),
		dy_recv_case(c[0], NULL),
		dy_recv_case(c[1], NULL),
	};

	rt_check(dy_select(k, 3) == 2);
	dy_wg_done(&wg);
}

static void name_a_channel_twice(void *arg)
{
	struct dy_chan *c[2] = {chan(0, 0), chan(0, 0)};
	bool ok;

	(void)arg;
	for (int i = 0; i < 50; i++) {
		dy_wg_add(&wg, 1);
		dy_go(receive_twice, c);
		while (!dy_chan_try_send(c[1], NULL))
			dy_yield();
		dy_wg_wait(&wg);
		rt_check(!c[0]->recvq.first && !c[0]->recvq.last);
		rt_check(!dy_chan_try_send(c[0], NULL));
		rt_check(!dy_chan_try_recv(c[0], NULL, &ok));
	}
	dy_chan_free(c[0]);
	dy_chan_free(c[1]);
}

static void test_one_channel_in_two_cases(void **state)
{
	(void)state;
	at_all_procs(name_a_channel_twice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ready_cases_are_chosen_evenly),
		cmocka_unit_test(test_of_many_ready_cases_too),
		cmocka_unit_test(test_default_is_not_taken_while_a_case_is_ready),
		cmocka_unit_test(test_null_open_and_closed_channels),
		cmocka_unit_test(test_waits_for_ever_and_sends_on_closed_channels),
		cmocka_unit_test(test_send_and_receive_on_one_channel),
		cmocka_unit_test(test_one_channel_in_two_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
