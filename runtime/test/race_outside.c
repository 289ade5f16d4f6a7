// race_outside.c - what orders a runtime with what is before, after and beside it.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <pthread.h>
#include <unistd.h>

#include "race.h"

static struct dy_waitgroup wg;

static void use_x(void *none)
{
	(void)none;
	race_x++;
}

static void spawned(void *none)
{
	(void)none;
	race_x = 1;
	dy_go(use_x, NULL);
	race_join();
}

static void write_and_park(void *none)
{
	static struct dy_sema never;

	(void)none;
	race_x++;
	race_step(1);
	dy_sema_acquire(&never);
}

static void leave_one_behind(void *none)
{
	(void)none;
	dy_go(write_and_park, NULL);
	race_await(1);
}

// What goroutines did is done when dy_run returns, even of those left behind.
static void before_and_after(int procs)
{
	for (int i = 0; i < 3; i++) {
		race_step(0);
		race_x = 5;
		race_run(NULL, procs, leave_one_behind);
		race_need(race_x == 6);
		race_run(NULL, procs, spawned);
		race_need(race_x == 2);
	}
}

static struct dy_chan *c;

static void enter(void)
{
	race_need(dy_thread_enter() == 0);
	race_step(1);
}

// Main must not sleep before the thread has entered: nobody would be there to
// wake it.
static void start(pthread_t *t, void *(*fn)(void *), void *arg)
{
	race_step(0);
	race_need(pthread_create(t, NULL, fn, arg) == 0);
	race_await(1);
}

static void *thread(void *arg)
{
	enter();
	race_x = 1;
	if (arg)
		dy_wg_done(&wg);
	else
		while (!dy_chan_try_send(c, &(int){1}))
			;
	dy_thread_leave();
	return NULL;
}

static void foreign(void *none)
{
	pthread_t t;

	(void)none;
	c = dy_chan_make(sizeof(int), 1);
	race_need(c);
	start(&t, thread, NULL);
	dy_chan_recv(c, NULL);
	race_x++;
	pthread_join(t, NULL);
	dy_wg_add(&wg, 1);
	start(&t, thread, &wg);
	dy_wg_wait(&wg);
	race_x++;
	pthread_join(t, NULL);
	dy_chan_free(c);
}

static void *spawning_thread(void *none)
{
	enter();
	race_x = 1;
	dy_go(use_x, NULL);
	dy_thread_leave();
	return none;
}

static void foreign_spawn(void *none)
{
	pthread_t t;

	(void)none;
	start(&t, spawning_thread, NULL);
	pthread_join(t, NULL);
	race_join();
}

static pthread_t leaving;

static void *leaving_thread(void *none)
{
	enter();
	usleep(5000);
	race_x++;
	dy_thread_leave();
	return none;
}

static void start_leaving(void *none)
{
	start(&leaving, leaving_thread, none);
}

// dy_run waits for the thread to leave.
static void foreign_leaves(int procs)
{
	race_run(NULL, procs, start_leaving);
	race_need(race_x == 1);
	pthread_join(leaving, NULL);
}

static void *racing_thread(void *none)
{
	enter();
	race_first();
	dy_thread_leave();
	return none;
}

static void foreign_race(void *none)
{
	pthread_t t;

	(void)none;
	start(&t, racing_thread, NULL);
	race_second();
	pthread_join(t, NULL);
}

const struct race_program race_of_outside[] = {
	{"before_and_after", false, NULL, before_and_after},
	{"foreign", false, foreign, NULL},
	{"foreign_spawn", false, foreign_spawn, NULL},
	{"foreign_leaves", false, NULL, foreign_leaves},
	{"foreign_race", true, foreign_race, NULL},
	{NULL, false, NULL, NULL},
};
