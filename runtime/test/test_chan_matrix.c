// test_chan_matrix.c - every operation on every kind of channel, alone and as the
// case of a select: whether it waits; every way to send to every way to receive;
// and what a long queue costs.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <sys/mman.h>

#include "lang/sudog.h"
#include "port/port.h"
#include "procs.h"

//---------------------------------------------------------------------------
// What waits
//---------------------------------------------------------------------------

enum kind { NIL, UNBUFFERED, EMPTY, HALF, FULL, CLOSED, CLOSED_HALF, KINDS };
enum way { SEND, RECEIVE, SELECT_SEND, SELECT_RECEIVE, WAYS };

static struct dy_chan *channel_of(enum kind kind)
{
	struct dy_chan *c;
	int fill = kind == HALF || kind == CLOSED_HALF ? 1
	           : kind == FULL                      ? 2
	                                               : 0;

	if (kind == NIL)
		return NULL;
	c = dy_chan_make(sizeof fill, kind == UNBUFFERED ? 0 : 2);
	rt_check(c);
	for (int i = 0; i < fill; i++)
		dy_chan_send(c, &i);
	if (kind == CLOSED || kind == CLOSED_HALF)
		dy_chan_close(c);
	return c;
}

// Sends to closed channels are fatal, and tested in test_chan.c.
static bool waits(enum kind kind, enum way way)
{
	if (way == SEND || way == SELECT_SEND)
		return kind != EMPTY && kind != HALF;
	return kind == NIL || kind == UNBUFFERED || kind == EMPTY;
}

static struct dy_w32 passed;

struct attempt {
	struct dy_chan *c;
	enum way way;
};

static void attempt(void *arg)
{
	struct attempt a = *(struct attempt *)arg;
	int v = 7;
	struct dy_case k[] = {
		a.way == SELECT_SEND ? dy_send_case(a.c, &v)
				     : dy_recv_case(a.c, &v),
		dy_recv_case(NULL, NULL),
	};

	if (a.way == SEND)
		dy_chan_send(a.c, &v);
	else if (a.way == RECEIVE)
		dy_chan_recv(a.c, &v);
	else
		rt_check(dy_select(k, 2) == 0);
	w32_store_rel(&passed, 1);
}

// Until it has parked or passed.
static bool has_to_wait(struct dy_chan *c, enum way way)
{
	struct attempt a = {c, way};
	uint64_t parks = rt_stats().parks;

	w32_store_rel(&passed, 0);
	dy_go(attempt, &a);
	while (w32_load_acq(&passed) == 0 && rt_stats().parks == parks)
		dy_yield();
	return w32_load_acq(&passed) == 0;
}

static void let_go(struct dy_chan *c, enum way way)
{
	int v;

	if (way == SEND || way == SELECT_SEND)
		dy_chan_recv(c, &v);
	else
		dy_chan_send(c, &way);
}

static void try_all(void *arg)
{
	int for_ever = 0;

	(void)arg;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		for (enum way way = 0; way < WAYS; way++) {
			struct dy_chan *c = channel_of(kind);
			bool closed = kind == CLOSED || kind == CLOSED_HALF;

			if (!closed || way == RECEIVE || way == SELECT_RECEIVE) {
				rt_check(has_to_wait(c, way) == waits(kind, way));
				if (!c)
					for_ever++;
				else if (waits(kind, way))
					let_go(c, way);
			}
			while (dy_num_goroutine() > 1 + for_ever)
				dy_yield();
			dy_chan_free(c);
		}
	}
	rt_check(for_ever == WAYS); // those that wait on NULL
}

static void test_what_waits_and_what_does_not(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2)
		rt_run(procs, NULL, try_all, NULL);
}

//---------------------------------------------------------------------------
// Every way to send to every way to receive
//---------------------------------------------------------------------------

enum { ONE, TRYING, WITH_DEFAULT, AMONG_OTHERS, MANNERS };

struct party {
	struct dy_chan *c, *never;
	int manner;
	struct dy_waitgroup done;
};

static void send_in_its_manner(const struct party *p, int v)
{
	struct dy_case k[] = {
		dy_recv_case(p->never, NULL),
		dy_send_case(p->c, &v),
		dy_recv_case(NULL, NULL),
	};

	switch (p->manner) {
	case ONE:
		dy_chan_send(p->c, &v);
		break;
	case TRYING:
		while (!dy_chan_try_send(p->c, &v))
			dy_yield();
		break;
	case WITH_DEFAULT:
		while (dy_select_try(k, 3) != 1)
			dy_yield();
		break;
	default:
		rt_check(dy_select(k, 3) == 1);
	}
}

static int receive_in_its_manner(const struct party *p)
{
	int v = -1;
	bool ok = true;
	struct dy_case k[] = {
		dy_send_case(p->never, &v),
		dy_recv_case(NULL, NULL),
		dy_recv_case(p->c, &v),
	};

	switch (p->manner) {
	case ONE:
		ok = dy_chan_recv(p->c, &v);
		break;
	case TRYING:
		while (!dy_chan_try_recv(p->c, &v, &ok))
			dy_yield();
		break;
	case WITH_DEFAULT:
		while (dy_select_try(k, 3) != 2)
			dy_yield();
		break;
	default:
		rt_check(dy_select(k, 3) == 2 && k[2].ok);
	}
	rt_check(ok);
	return v;
}

enum { ITEMS = 10 };

static void send_items(void *arg)
{
	struct party *p = arg;

	for (int i = 0; i < ITEMS; i++)
		send_in_its_manner(p, i);
	dy_wg_done(&p->done);
}

// Two that both only try never meet without a buffer.
static bool never_meet(int sender, int receiver, size_t cap)
{
	bool tries = sender == TRYING || sender == WITH_DEFAULT;
	bool receiver_tries = receiver == TRYING || receiver == WITH_DEFAULT;

	return cap == 0 && tries && receiver_tries;
}

static void meet(int sender, int receiver, size_t cap)
{
	struct dy_chan *c = dy_chan_make(sizeof(int), cap);
	struct dy_chan *never = dy_chan_make(sizeof(int), 0);
	struct party there = {.c = c, .never = never, .manner = sender};
	struct party here = {.c = c, .manner = receiver};

	if (!never_meet(sender, receiver, cap)) {
		dy_wg_add(&there.done, 1);
		dy_go(send_items, &there);
		for (int i = 0; i < ITEMS; i++)
			rt_check(receive_in_its_manner(&here) == i);
		dy_wg_wait(&there.done);
	}
	dy_chan_free(c);
	dy_chan_free(never);
}

static void meet_in_every_manner(void *arg)
{
	(void)arg;
	for (int sender = 0; sender < MANNERS; sender++) {
		for (int receiver = 0; receiver < MANNERS; receiver++) {
			meet(sender, receiver, 0);
			meet(sender, receiver, 1);
			meet(sender, receiver, ITEMS);
		}
	}
}

static void test_every_sender_meets_every_receiver(void **state)
{
	(void)state;
	at_all_procs(meet_in_every_manner);
}

//---------------------------------------------------------------------------
// Leaving a long queue
//---------------------------------------------------------------------------

enum { WAITERS = 16 };

static size_t page;

static struct sudog *waiter(char *pages, int i)
{
	return (struct sudog *)(void *)(pages + (size_t)i * page);
}

static void protect_but(char *pages, int from, int to)
{
	for (int i = 0; i < WAITERS; i++) {
		int how = i >= from && i <= to ? PROT_READ | PROT_WRITE
		                               : PROT_NONE;

		assert_int_equal(mprotect(pages + (size_t)i * page, page, how),
		                 0);
	}
}

// A waiter of a select that has lost leaves with the help of its neighbours alone,
// however long the queue is: to touch another would end the process.
static void test_leaving_a_queue_touches_the_neighbours_only(void **state)
{
	char *pages;
	struct waitq q = {0};

	(void)state;
	page = port_page_size();
	pages = mmap(NULL, WAITERS * page, PROT_READ | PROT_WRITE,
	             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	for (int i = 0; i < WAITERS; i++) {
		protect_but(pages, i - 1, i);
		waitq_push(&q, waiter(pages, i));
	}
	protect_but(pages, 7, 9);
	waitq_remove(&q, waiter(pages, 8));
	protect_but(pages, 0, 1);
	waitq_remove(&q, waiter(pages, 0));
	assert_ptr_equal(q.first, waiter(pages, 1));
	protect_but(pages, WAITERS - 2, WAITERS - 1);
	waitq_remove(&q, waiter(pages, WAITERS - 1));
	assert_ptr_equal(q.last, waiter(pages, WAITERS - 2));
	protect_but(pages, 0, WAITERS);
	for (int i = 1; i < WAITERS - 1; i++) {
		if (i != 8)
			assert_ptr_equal(waitq_take(&q), waiter(pages, i));
	}
	assert_null(waitq_take(&q));
	munmap(pages, WAITERS * page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_waits_and_what_does_not),
		cmocka_unit_test(test_every_sender_meets_every_receiver),
		cmocka_unit_test(test_leaving_a_queue_touches_the_neighbours_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
