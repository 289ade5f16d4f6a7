// race_select.c - what a select orders: its chosen case does what the channel
// operation would, the others nothing.
#include <dyno/chan.h>

#include "race.h"

enum { MANY = 20 };

static struct dy_chan *a, *b;

static void open_chans(size_t cap)
{
	a = dy_chan_make(sizeof(int), cap);
	b = dy_chan_make(sizeof(int), cap);
	race_need(a && b);
}

static void write_and_send(void *arg)
{
	(void)arg;
	race_x = 1;
	dy_chan_send(b, &(int){1});
}

static void linger_and_send(void *arg)
{
	race_linger();
	write_and_send(arg);
}

static void recv_by_select(size_t cap, dy_fn sender, bool linger)
{
	int v = 0;

	open_chans(cap);
	dy_go(sender, NULL);
	if (linger)
		race_linger();
	struct dy_case k[] = {dy_recv_case(a, NULL), dy_recv_case(b, &v)};
	race_need(dy_select(k, 2) == 1);
	race_x += v;
	v = 0;
	race_join();
}

static void recv_waits(void *none)
{
	(void)none;
	recv_by_select(0, linger_and_send, false);
}

static void recv_from_waiter(void *none)
{
	(void)none;
	recv_by_select(0, write_and_send, true);
}

static void recv_buffered(void *none)
{
	(void)none;
	recv_by_select(1, write_and_send, true);
}

static void select_and_send(void *linger)
{
	int v = 5;
	struct dy_case k[] = {dy_send_case(a, &v), dy_send_case(b, &v)};

	if (linger)
		race_linger();
	race_x = 1;
	race_need(dy_select(k, 2) == 1);
	v = 6;
}

static void send_waits(void *none)
{
	int v = 0;

	(void)none;
	open_chans(0);
	dy_go(select_and_send, NULL);
	race_linger();
	dy_chan_recv(b, &v);
	race_x += v;
	race_join();
}

static void send_to_waiter(void *none)
{
	int v = 0;

	(void)none;
	open_chans(0);
	dy_go(select_and_send, a);
	dy_chan_recv(b, &v);
	race_x += v;
	race_join();
}

static void close_b(void *linger)
{
	if (linger)
		race_linger();
	race_x = 1;
	dy_chan_close(b);
}

static void close_of_waiter(void *none)
{
	(void)none;
	open_chans(0);
	dy_go(close_b, a);
	struct dy_case k[] = {dy_recv_case(a, NULL), dy_recv_case(b, NULL)};
	race_need(dy_select(k, 2) == 1);
	race_x++;
	race_join();
}

static void many_cases(void *none)
{
	struct dy_case k[MANY];

	(void)none;
	open_chans(0);
	for (int i = 0; i < MANY; i++)
		k[i] = dy_recv_case(i == MANY / 2 ? b : a, NULL);
	dy_go(linger_and_send, NULL);
	race_need(dy_select(k, MANY) == MANY / 2);
	race_x++;
	race_join();
}

static void tries(void *none)
{
	(void)none;
	open_chans(1);
	dy_go(write_and_send, NULL);
	struct dy_case k[] = {dy_recv_case(b, NULL)};
	while (dy_select_try(k, 1) != 0)
		dy_yield();
	race_x++;
	race_join();
}

// The elements of cases that are not chosen are not touched.
static int unchosen;

static void use_unchosen(void *none)
{
	(void)none;
	unchosen++;
	dy_chan_send(b, &(int){1});
	unchosen++;
}

static void losers_are_left_alone(void *none)
{
	struct dy_case k[] = {dy_recv_case(a, &unchosen), {0}};

	(void)none;
	open_chans(0);
	k[0].c = a;
	k[1] = dy_recv_case(b, NULL);
	dy_go(use_unchosen, NULL);
	race_need(dy_select(k, 2) == 1);
	race_join();
}

static void send_and_write(void *none)
{
	(void)none;
	dy_chan_send(b, &(int){1});
	race_first();
}

static void write_after_send(void *none)
{
	(void)none;
	open_chans(1);
	dy_go(send_and_write, NULL);
	struct dy_case k[] = {dy_recv_case(b, NULL)};
	race_need(dy_select(k, 1) == 0);
	race_second();
	race_join();
}

static void receive(void *first)
{
	struct dy_case k[] = {dy_recv_case(b, NULL)};

	dy_select(k, 1);
	if (first)
		race_first();
	else
		race_second();
}

static void two_selects(void *none)
{
	(void)none;
	open_chans(2);
	dy_go(receive, b);
	dy_go(receive, NULL);
	dy_chan_send(b, &(int){1});
	dy_chan_send(b, &(int){1});
	race_join();
}

static void touch(void *none)
{
	(void)none;
	race_first();
}

static void failed_try(void *none)
{
	struct dy_case k[] = {dy_recv_case(a, NULL)};

	(void)none;
	open_chans(1);
	dy_go(touch, NULL);
	race_linger();
	race_need(dy_select_try(k, 1) < 0);
	race_second();
	race_join();
}

const struct race_program race_of_select[] = {
	{"select_recv_waits", false, recv_waits, NULL},
	{"select_recv_from_waiter", false, recv_from_waiter, NULL},
	{"select_recv_buffered", false, recv_buffered, NULL},
	{"select_send_waits", false, send_waits, NULL},
	{"select_send_to_waiter", false, send_to_waiter, NULL},
	{"select_close_of_waiter", false, close_of_waiter, NULL},
	{"select_many_cases", false, many_cases, NULL},
	{"select_tries", false, tries, NULL},
	{"select_losers", false, losers_are_left_alone, NULL},
	{"select_write_after_send", true, write_after_send, NULL},
	{"select_two", true, two_selects, NULL},
	{"select_failed_try", true, failed_try, NULL},
	{NULL, false, NULL, NULL},
};
