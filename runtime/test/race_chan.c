// race_chan.c - what channels order, and what they do not.
#include <dyno/chan.h>

#include "race.h"

static struct dy_chan *c;

static void open_chan(size_t cap)
{
	c = dy_chan_make(sizeof(int), cap);
	race_need(c);
}

static void send(void)
{
	dy_chan_send(c, &(int){1});
}

//---------------------------------------------------------------------------
// Without a race
//---------------------------------------------------------------------------

static void write_and_send(void *linger)
{
	if (linger)
		race_linger();
	race_x = 1;
	send();
}

static void recv_and_write(void *linger)
{
	if (linger)
		race_linger();
	race_x = 1;
	dy_chan_recv(c, NULL);
}

static void recv_after_send(size_t cap, bool sender_waits)
{
	open_chan(cap);
	dy_go(write_and_send, sender_waits ? NULL : c);
	if (sender_waits)
		race_linger();
	dy_chan_recv(c, NULL);
	race_x++;
	race_join();
}

static void recv_waits(void *none)
{
	(void)none;
	recv_after_send(0, false);
}

static void send_waits(void *none)
{
	(void)none;
	recv_after_send(0, true);
}

static void recv_waits_buffered(void *none)
{
	(void)none;
	recv_after_send(3, false);
}

static void is_in_buffer(void *none)
{
	(void)none;
	recv_after_send(3, true);
}

// A receive is before the end of an unbuffered send.
static void end_of_send(bool sender_waits)
{
	open_chan(0);
	dy_go(recv_and_write, sender_waits ? c : NULL);
	if (!sender_waits)
		race_linger();
	send();
	race_x++;
	race_join();
}

static void end_of_send_to_waiter(void *none)
{
	(void)none;
	end_of_send(false);
}

static void end_of_send_that_waits(void *none)
{
	(void)none;
	end_of_send(true);
}

// Receive k is before the end of send k + cap: a counting semaphore.
enum { PERMITS = 2, HOLDERS = 6 };

static void take_third_permit(bool wait_for_it)
{
	open_chan(PERMITS);
	send();
	send();
	dy_go(recv_and_write, wait_for_it ? c : NULL);
	if (!wait_for_it)
		race_linger();
	send();
	race_x++;
	race_join();
}

static void freed_place(void *none)
{
	(void)none;
	take_third_permit(false);
}

static void awaited_place(void *none)
{
	(void)none;
	take_third_permit(true);
}

static void hold(void *arg)
{
	(void)arg;
	send();
	race_x++;
	race_linger();
	race_x++;
	dy_chan_recv(c, NULL);
}

static void lock_by_channel(void *none)
{
	(void)none;
	open_chan(1);
	for (int i = 0; i < HOLDERS; i++)
		dy_go(hold, NULL);
	race_join();
}

// An element that is handed over counts: this is the third send.
static void send_third(void *none)
{
	(void)none;
	race_await(1);
	send();
	race_x++;
}

static void count_of_handovers(void *none)
{
	(void)none;
	open_chan(2);
	dy_go(send_third, NULL);
	dy_go(recv_and_write, NULL);
	race_linger();
	send(); // to who waits
	send();
	race_step(1);
	race_join();
}

static void write_and_close(void *linger)
{
	if (linger)
		race_linger();
	race_x = 1;
	dy_chan_close(c);
}

static void recv_of_close(bool wait)
{
	int v = 5;

	open_chan(1);
	dy_go(write_and_close, wait ? c : NULL);
	if (!wait)
		race_linger();
	race_need(!dy_chan_recv(c, &v));
	race_need(v == 0);
	race_x++;
	race_join();
}

static void close_of_waiter(void *none)
{
	(void)none;
	recv_of_close(true);
}

static void close_before(void *none)
{
	(void)none;
	recv_of_close(false);
}

static void try_send(void *none)
{
	(void)none;
	race_x = 1;
	while (!dy_chan_try_send(c, &(int){1}))
		dy_yield();
}

static void tries(void *none)
{
	int v;
	bool ok;

	(void)none;
	open_chan(1);
	dy_go(try_send, NULL);
	while (!dy_chan_try_recv(c, &v, &ok))
		dy_yield();
	race_x++;
	race_join();
}

// The element itself, on both stacks.
static void send_own(void *none)
{
	int v = 7;

	(void)none;
	dy_chan_send(c, &v);
	v = 8;
	dy_chan_send(c, &v);
	v = 9;
}

static void elements(void *none)
{
	int v = 0;

	(void)none;
	for (size_t cap = 0; cap < 3; cap++) {
		open_chan(cap);
		dy_go(send_own, NULL);
		if (cap == 1)
			race_linger();
		dy_chan_recv(c, &v);
		race_need(v++ == 7);
		dy_chan_recv(c, &v);
		race_need(v++ == 8);
		race_join();
	}
}

static void send_only(void *none)
{
	(void)none;
	send();
}

static void free_after_recv(void *none)
{
	(void)none;
	open_chan(0);
	dy_go(send_only, NULL);
	dy_chan_recv(c, NULL);
	dy_chan_free(c);
	race_join();
}

//---------------------------------------------------------------------------
// With a race
//---------------------------------------------------------------------------

static void write_and_recv(void *none)
{
	(void)none;
	race_first();
	dy_chan_recv(c, NULL);
}

// A receive is not before the end of a send that had room anyway.
static void room_was_there(void *none)
{
	(void)none;
	open_chan(2);
	send();
	dy_go(write_and_recv, NULL);
	race_linger();
	send();
	race_second();
	race_join();
}

static void send_and_write(void *none)
{
	(void)none;
	send();
	race_first();
}

static void write_after_send(void *none)
{
	(void)none;
	open_chan(1);
	dy_go(send_and_write, NULL);
	dy_chan_recv(c, NULL);
	race_second();
	race_join();
}

static void write_before_recv(void *none)
{
	(void)none;
	open_chan(1);
	dy_go(write_and_recv, NULL);
	send();
	race_second();
	race_join();
}

// What two senders have done is not known to each other.
static void write_send_step(void *none)
{
	(void)none;
	race_x = 1;
	send();
	race_step(1);
}

static void drain(void *none)
{
	(void)none;
	dy_chan_recv(c, NULL);
}

static void two_senders(void *none)
{
	(void)none;
	open_chan(1);
	dy_go(write_send_step, NULL);
	race_await(1);
	dy_go(drain, NULL);
	send(); // waits for the receive, but not for what was before the first send
	race_x++;
	dy_chan_recv(c, NULL);
	race_join();
}

static void watch_len(void *none)
{
	(void)none;
	open_chan(1);
	dy_go(write_send_step, NULL);
	while (dy_chan_len(c) == 0)
		dy_yield();
	race_x++;
	dy_chan_recv(c, NULL);
	race_join();
}

static int element = 3;

static void change_element(void *none)
{
	(void)none;
	race_await(1);
	element++;
}

static void element_changes(void *none)
{
	(void)none;
	open_chan(1);
	dy_go(change_element, NULL);
	dy_chan_send(c, &element);
	race_step(1);
	race_join();
}

static void recv_element(void *none)
{
	(void)none;
	dy_chan_recv(c, &element);
	race_step(1);
}

static void target_is_read(void *none)
{
	(void)none;
	open_chan(0);
	dy_go(recv_element, NULL);
	send();
	race_await(1);
	element++;
	race_join();
}

static void close_while_sending(void *none)
{
	(void)none;
	open_chan(1);
	dy_go(write_send_step, NULL);
	race_await(1);
	dy_chan_close(c);
	race_join();
}

const struct race_program race_of_chan[] = {
	{"recv_waits", false, recv_waits, NULL},
	{"send_waits", false, send_waits, NULL},
	{"recv_waits_buffered", false, recv_waits_buffered, NULL},
	{"is_in_buffer", false, is_in_buffer, NULL},
	{"end_of_send_to_waiter", false, end_of_send_to_waiter, NULL},
	{"end_of_send_that_waits", false, end_of_send_that_waits, NULL},
	{"freed_place", false, freed_place, NULL},
	{"awaited_place", false, awaited_place, NULL},
	{"lock_by_channel", false, lock_by_channel, NULL},
	{"count_of_handovers", false, count_of_handovers, NULL},
	{"close_of_waiter", false, close_of_waiter, NULL},
	{"close_before", false, close_before, NULL},
	{"tries", false, tries, NULL},
	{"elements", false, elements, NULL},
	{"free_after_recv", false, free_after_recv, NULL},
	{"room_was_there", true, room_was_there, NULL},
	{"write_after_send", true, write_after_send, NULL},
	{"write_before_recv", true, write_before_recv, NULL},
	{"two_senders", true, two_senders, NULL},
	{"watch_len", true, watch_len, NULL},
	{"element_changes", true, element_changes, NULL},
	{"target_is_read", true, target_is_read, NULL},
	{"close_while_sending", true, close_while_sending, NULL},
	{NULL, false, NULL, NULL},
};
