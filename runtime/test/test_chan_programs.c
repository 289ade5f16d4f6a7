// test_chan_programs.c - small programs made of goroutines and channels, as in
// Go's test/chan, and channels that are freed as soon as they may be.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <stdlib.h>

#include "procs.h"

static struct dy_waitgroup wg;

static struct dy_chan *chan(size_t elem, size_t cap)
{
	struct dy_chan *c = dy_chan_make(elem, cap);

	rt_check(c);
	return c;
}

static int receive(struct dy_chan *c)
{
	int v = -1;

	rt_check(dy_chan_recv(c, &v));
	return v;
}

//---------------------------------------------------------------------------
// Programs
//---------------------------------------------------------------------------

struct link {
	struct dy_chan *left, *right;
	int number;
};

static void pass_left(void *arg)
{
	struct link *l = arg;
	int v = receive(l->right) + 1;

	dy_chan_send(l->left, &v);
	dy_wg_done(&wg);
}

// A value goes down a chain of goroutines, each of which adds one.
static void go_down_the_chain(void *arg)
{
	enum { LENGTH = RT_GOROUTINES };
	struct link *link = calloc(LENGTH, sizeof *link);
	struct dy_chan *left = chan(sizeof(int), 0), *first = left;
	int v = 0;

	(void)arg;
	rt_check(link);
	dy_wg_add(&wg, LENGTH);
	for (int i = 0; i < LENGTH; i++) {
		link[i] = (struct link){left, chan(sizeof v, 0), i};
		dy_go(pass_left, &link[i]);
		left = link[i].right;
	}
	dy_chan_send(left, &v);
	rt_check(receive(first) == LENGTH);
	dy_wg_wait(&wg);
	dy_chan_free(first);
	for (int i = 0; i < LENGTH; i++)
		dy_chan_free(link[i].right);
	free(link);
}

static void test_a_chain_of_ten_thousand(void **state)
{
	(void)state;
	at_all_procs(go_down_the_chain);
}

static struct dy_chan *values;

// Sends its number when its turn comes, then lets the next one.
static void send_in_turn(void *arg)
{
	struct link *l = arg;

	dy_chan_recv(l->left, NULL);
	rt_check(receive(values) == l->number);
	dy_chan_send(l->right, NULL);
	dy_wg_done(&wg);
}

static void come_in_turn(void *arg)
{
	enum { LENGTH = 100 };
	struct link link[LENGTH];
	struct dy_chan *first = chan(0, 0), *left = first;

	(void)arg;
	values = chan(sizeof(int), 0);
	dy_wg_add(&wg, LENGTH);
	for (int i = 0; i < LENGTH; i++) {
		link[i] = (struct link){left, chan(0, i == LENGTH - 1), i};
		dy_go(send_in_turn, &link[i]);
		left = link[i].right;
	}
	dy_chan_send(first, NULL);
	for (int i = 0; i < LENGTH; i++)
		dy_chan_send(values, &i);
	dy_wg_wait(&wg);
	dy_chan_free(first);
	dy_chan_free(values);
	for (int i = 0; i < LENGTH; i++)
		dy_chan_free(link[i].right);
}

static void test_unbuffered_values_come_in_turn(void **state)
{
	(void)state;
	at_all_procs(come_in_turn);
}

static void count_up(void *arg)
{
	struct link *l = arg;

	for (int i = 2; i <= l->number; i++)
		dy_chan_send(l->right, &i);
	dy_chan_close(l->right);
	dy_wg_done(&wg);
}

static void filter(void *arg)
{
	struct link *l = arg;
	int v;

	while (dy_chan_recv(l->left, &v)) {
		if (v % l->number != 0)
			dy_chan_send(l->right, &v);
	}
	dy_chan_close(l->right);
	dy_wg_done(&wg);
}

// The prime sieve: a filter per prime.
static void sieve(void *arg)
{
	enum { PRIMES = 168, LIMIT = 1000 }; // as many are below 1000
	struct link link[PRIMES + 1];
	int n = 0, v, last = 0;

	(void)arg;
	link[0] = (struct link){NULL, chan(sizeof v, 0), LIMIT};
	dy_wg_add(&wg, 1);
	dy_go(count_up, &link[0]);
	while (dy_chan_recv(link[n].right, &v)) {
		rt_check(v > last && n < PRIMES);
		last = v;
		link[n + 1] = (struct link){link[n].right, chan(sizeof v, 0), v};
		dy_wg_add(&wg, 1);
		dy_go(filter, &link[++n]);
	}
	rt_check(n == PRIMES && last == 997);
	dy_wg_wait(&wg);
	for (int i = 0; i <= n; i++)
		dy_chan_free(link[i].right);
}

static void test_the_prime_sieve(void **state)
{
	(void)state;
	at_all_procs(sieve);
}

static void send_coins(void *arg)
{
	static const int zero = 0, one = 1;

	(void)arg;
	for (int i = 0; i < 1000; i++) {
		struct dy_case k[] = {
			dy_send_case(values, &zero),
			dy_send_case(values, &one),
		};

		dy_select(k, 2);
	}
	dy_wg_done(&wg);
}

// A select of two sends to one channel sends a fair mixture.
static void toss_coins(void *arg)
{
	(void)arg;
	for (size_t cap = 0; cap <= 1000; cap += 1000) {
		int ones = 0;

		values = chan(sizeof(int), cap);
		dy_wg_add(&wg, 1);
		dy_go(send_coins, NULL);
		for (int i = 0; i < 1000; i++)
			ones += receive(values);
		rt_check(ones > 333 && ones < 667);
		dy_wg_wait(&wg);
		dy_chan_free(values);
	}
}

static void test_a_select_of_two_sends_tosses_a_coin(void **state)
{
	(void)state;
	at_all_procs(toss_coins);
}

static struct dy_chan *results;

static void work_off(void *arg)
{
	int v;

	(void)arg;
	while (dy_chan_recv(values, &v)) {
		if (v % 5 == 0)
			dy_yield();
		dy_chan_send(results, &v);
	}
	dy_wg_done(&wg);
}

static void produce(void *sum)
{
	static const int primes[] = {2, 3, 7, 11, 13, 17, 19, 23, 27, 31};

	for (int i = 0; i < RT_SCALE(10000); i++) {
		*(long *)sum += primes[i % 10];
		dy_chan_send(values, &primes[i % 10]);
	}
	dy_chan_close(values);
	dy_wg_wait(&wg);
	dy_chan_close(results);
}

static void consume_together(void *arg)
{
	long sent = 0, received = 0;
	int v;

	(void)arg;
	values = chan(sizeof v, 40);
	results = chan(sizeof v, 120);
	dy_wg_add(&wg, 23);
	for (int i = 0; i < 23; i++)
		dy_go(work_off, NULL);
	dy_go(produce, &sent);
	while (dy_chan_recv(results, &v))
		received += v;
	rt_check(received == sent);
	dy_chan_free(values);
	dy_chan_free(results);
}

static void test_many_consumers(void **state)
{
	(void)state;
	at_all_procs(consume_together);
}

//---------------------------------------------------------------------------
// Channels that go early
//---------------------------------------------------------------------------

static void send_one(void *c)
{
	int v = 1;

	dy_chan_send(c, &v);
}

static void receive_one_and_free(void *c)
{
	rt_check(receive(c) == 1);
	dy_chan_free(c);
	dy_wg_done(&wg);
}

static void see_closed(void *c)
{
	int v = 1;

	rt_check(!dy_chan_recv(c, &v) && v == 0);
	dy_wg_done(&wg);
}

static void close_and_free(void *c)
{
	dy_chan_close(c);
	dy_chan_free(c);
}

// Whoever knows that the other is done with the channel may free it, though the
// other has not returned yet.
static void free_at_once(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(10000); i++) {
		struct dy_chan *c = chan(sizeof(int), (size_t)i % 2);

		dy_go(send_one, c);
		rt_check(receive(c) == 1);
		dy_chan_free(c);
		c = chan(sizeof(int), 0);
		dy_wg_add(&wg, 1);
		dy_go(receive_one_and_free, c);
		send_one(c);
		dy_wg_wait(&wg);
	}
}

static void test_a_channel_may_go_after_its_last_operation(void **state)
{
	(void)state;
	at_all_procs(free_at_once);
}

// A receiver that waits is given its zero by the close: it does not look at
// the channel again.
static void free_when_closed(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(10000); i++) {
		struct dy_chan *c = chan(sizeof(int), 0);
		uint64_t parks = rt_stats().parks;

		dy_wg_add(&wg, 1);
		dy_go(see_closed, c);
		while (rt_stats().parks == parks)
			dy_yield();
		close_and_free(c);
		dy_wg_wait(&wg);
	}
}

static void test_a_waiting_receiver_does_not_need_a_closed_channel(void **state)
{
	(void)state;
	rt_run(1, "go1.27,preempt=none", free_when_closed, NULL);
}

static void try_receive(void *c)
{
	bool ok;

	rt_check(dy_chan_try_recv(c, NULL, &ok));
	dy_wg_done(&wg);
}

// A channel with something in it is ready, before and after it is closed.
static void race_try_with_close(void *arg)
{
	int v = 1;

	(void)arg;
	for (int i = 0; i < RT_SCALE(10000); i++) {
		struct dy_chan *c = chan(sizeof v, 1);

		dy_chan_send(c, &v);
		dy_wg_add(&wg, 1);
		dy_go(try_receive, c);
		dy_chan_close(c);
		dy_wg_wait(&wg);
		dy_chan_free(c);
	}
}

static void test_a_full_channel_is_ready_while_it_is_closed(void **state)
{
	(void)state;
	at_all_procs(race_try_with_close);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_chain_of_ten_thousand),
		cmocka_unit_test(test_unbuffered_values_come_in_turn),
		cmocka_unit_test(test_the_prime_sieve),
		cmocka_unit_test(test_a_select_of_two_sends_tosses_a_coin),
		cmocka_unit_test(test_many_consumers),
		cmocka_unit_test(test_a_channel_may_go_after_its_last_operation),
		cmocka_unit_test(
			test_a_waiting_receiver_does_not_need_a_closed_channel),
		cmocka_unit_test(test_a_full_channel_is_ready_while_it_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
