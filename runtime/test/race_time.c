// race_time.c - what timers order; that time itself orders nothing.
#include <dyno/chan.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>

#include "race.h"

static struct dy_timer timer;
static struct dy_waitgroup wg;

static void use_x(void *none)
{
	(void)none;
	race_x++;
	dy_wg_done(&wg);
}

static void timer_func(void *none)
{
	(void)none;
	dy_wg_add(&wg, 1);
	race_x = 1;
	dy_timer_start_func(&timer, DY_MS, use_x, NULL);
	dy_wg_wait(&wg);
	race_need(race_x == 2);
	race_x = 3;
	dy_wg_add(&wg, 1);
	dy_timer_reset(&timer, DY_MS);
	dy_wg_wait(&wg);
	dy_timer_close(&timer);
}

static void start_and_set(void *none)
{
	(void)none;
	race_x = 1;
	race_need(dy_timer_start(&timer, DY_MS) == 0);
	race_step(1);
}

// Who receives knows what was done before the timer was set.
static void timer_chan(void *none)
{
	uint64_t at;

	(void)none;
	dy_go(start_and_set, NULL);
	race_await(1);
	dy_chan_recv(dy_timer_chan(&timer), &at);
	race_need(at != 0);
	race_x++;
	race_join();
	dy_timer_close(&timer);
}

static void ticker(void *none)
{
	uint64_t at = 0;

	(void)none;
	race_need(dy_ticker_start(&timer, DY_MS) == 0);
	for (int i = 0; i < 3; i++) {
		dy_chan_recv(dy_timer_chan(&timer), &at);
		race_need(at != 0);
		at = 0;
	}
	dy_timer_close(&timer);
}

// A timer belongs to one goroutine after the other; so does its memory.
static void many_timers(void *arg)
{
	uint64_t at;

	for (int i = 0; i < 20; i++) {
		struct dy_chan *c = dy_after((uint64_t)i % 3 * DY_MS / 4);

		race_need(c);
		if (i % 2)
			dy_chan_recv(c, &at);
		dy_chan_free(c);
	}
	dy_wg_done(arg);
}

static void afters(void *none)
{
	struct dy_waitgroup all = {0};

	(void)none;
	dy_wg_add(&all, 10);
	for (int i = 0; i < 10; i++)
		dy_go(many_timers, &all);
	dy_wg_wait(&all);
}

static void sleep_often(void *none)
{
	int own = 0;

	(void)none;
	for (int i = 0; i < 100; i++) {
		dy_sleep(i == 0 ? 5 * DY_MS : 10 * DY_US); // all at once, then each
		own++;
	}
	race_need(own == 100);
	dy_wg_done(&wg);
}

static void sleepers(void *none)
{
	(void)none;
	dy_wg_add(&wg, 100);
	for (int i = 0; i < 100; i++)
		dy_go(sleep_often, NULL);
	dy_wg_wait(&wg);
}

static void first(void *none)
{
	(void)none;
	race_first();
	dy_wg_done(&wg);
}

static void second(void *none)
{
	(void)none;
	race_second();
	dy_wg_done(&wg);
}

static void published_by_sleep(void *none)
{
	(void)none;
	dy_wg_add(&wg, 1);
	dy_go(first, NULL);
	dy_sleep(2 * DY_MS);
	race_second();
	race_join();
}

static void write_after_set(void *none)
{
	(void)none;
	dy_wg_add(&wg, 1);
	dy_timer_start_func(&timer, DY_MS, first, NULL);
	race_second();
	dy_wg_wait(&wg);
	dy_timer_close(&timer);
}

static void two_funcs(void *none)
{
	static struct dy_timer other;

	(void)none;
	dy_wg_add(&wg, 2);
	dy_timer_start_func(&timer, DY_MS, first, NULL);
	dy_timer_start_func(&other, DY_MS, second, NULL);
	dy_wg_wait(&wg);
	dy_timer_close(&timer);
	dy_timer_close(&other);
}

// The scheduler has seen the pipe that came after the write. The timer is not
// ordered after it for that.
static void write_and_open(void *none)
{
	int h[2];
	char byte;

	(void)none;
	race_first();
	race_need(dy_pipe(h) == 0);
	dy_read(h[0], &byte, 1);
}

static void poller_knows(void *none)
{
	(void)none;
	dy_wg_add(&wg, 1);
	dy_timer_start_func(&timer, 5 * DY_MS, second, NULL);
	dy_go(write_and_open, NULL);
	for (uint64_t end = dy_now() + 4 * DY_MS; dy_now() < end;)
		dy_yield();
	dy_wg_wait(&wg);
}

const struct race_program race_of_time[] = {
	{"timer_func", false, timer_func, NULL},
	{"timer_chan", false, timer_chan, NULL},
	{"ticker", false, ticker, NULL},
	{"afters", false, afters, NULL},
	{"sleepers", false, sleepers, NULL},
	{"published_by_sleep", true, published_by_sleep, NULL},
	{"write_after_set", true, write_after_set, NULL},
	{"two_funcs", true, two_funcs, NULL},
	{"poller_knows", true, poller_knows, NULL},
	{NULL, false, NULL, NULL},
};
