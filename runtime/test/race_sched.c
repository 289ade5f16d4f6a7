// race_sched.c - spawning and ending, changing threads, preemption.
#include <dyno/stats.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <string.h>
#include <unistd.h>

#include "race.h"

// Code that a signal may preempt.
#define WORKLOAD __attribute__((section("dy_text"), noinline))

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

static void write_and_exit(void *none)
{
	(void)none;
	race_x++;
	dy_wg_done(&wg);
	dy_exit();
}

static void exits(void *none)
{
	(void)none;
	for (int i = 0; i < 3; i++) {
		dy_wg_add(&wg, 1);
		dy_go_stack(write_and_exit, NULL, (size_t)1 << (14 + i));
		dy_wg_wait(&wg);
	}
	race_need(race_x == 3);
	race_join();
}

// One goroutine after another on whatever stack there is.
static void fill_stack(void *arg)
{
	char mine[8192];

	memset(mine, 1, sizeof mine);
	for (size_t i = 0; i < sizeof mine; i++)
		mine[i]++;
	if (*(int *)arg)
		dy_yield();
	race_need(mine[sizeof mine - 1] == 2);
}

static void stacks(void *none)
{
	static int yields[2] = {0, 1};

	(void)none;
	for (int i = 0; i < 400; i++) {
		dy_go_stack(fill_stack, &yields[i % 2],
		            (size_t)1 << (14 + i % 3));
		if (i % 10 == 0)
			race_join();
	}
	race_join();
}

static void work_locked(void *own)
{
	dy_lock_os_thread();
	for (int i = 0; i < 10; i++) {
		++*(int *)own;
		dy_sleep(50 * DY_US);
	}
	dy_unlock_os_thread();
	dy_wg_done(&wg);
}

static void block(void *own)
{
	++*(int *)own;
	usleep(100);
}

// Calls that lose their P come back on another M.
static void migrate(void *own)
{
	for (int i = 0; i < 20; i++) {
		++*(int *)own;
		dy_blocking(block, own);
		dy_block(50 * DY_US);
	}
	dy_wg_done(&wg);
}

static void wanderers(void *none)
{
	static int own[8];

	(void)none;
	dy_wg_add(&wg, 8);
	for (int i = 0; i < 8; i++)
		dy_go(i % 2 ? migrate : work_locked, &own[i]);
	dy_wg_wait(&wg);
	race_need(own[0] == 10 && own[1] == 40);
	race_join();
}

// Ends its thread, which the runtime joins and forgets.
static void end_locked(void *none)
{
	(void)none;
	dy_lock_os_thread();
	race_x++;
	dy_wg_done(&wg);
}

static void threads_end(void *none)
{
	(void)none;
	for (int i = 0; i < 10; i++) {
		dy_wg_add(&wg, 1);
		dy_go(end_locked, NULL);
		dy_wg_wait(&wg);
		dy_sleep(2 * DY_MS);
	}
	race_need(race_x == 10);
	race_join();
}

static void resized(void *none)
{
	int before = dy_gomaxprocs(0);

	(void)none;
	for (int i = 1; i < 9; i++) {
		dy_gomaxprocs(i);
		dy_wg_add(&wg, 1);
		dy_go(write_and_exit, NULL);
		dy_wg_wait(&wg);
	}
	dy_gomaxprocs(before);
	race_need(race_x == 8);
	race_join();
}

//---------------------------------------------------------------------------
// Preempted between any two instructions
//---------------------------------------------------------------------------

static uint64_t preempts(void)
{
	struct dy_stats s;

	dy_stats_read(&s);
	return s.preempts_signal;
}

enum { TURNS = 20, WRITES = 10000, SPINS = 3000000 };

// A signal that meets the detector waits for the next call of the library: here
// the detector is not called.
WORKLOAD static void spin(void)
{
	for (int i = 0; i < SPINS; i++)
		__asm__ volatile("");
}

// Own state, and a shared cell under a mutex.
WORKLOAD static void turn(void *own)
{
	static struct dy_mutex mutex;
	volatile int *cell = own;

	for (int i = 0; i < TURNS; i++) {
		for (int j = 0; j < WRITES; j++)
			++*cell;
		spin();
		dy_mutex_lock(&mutex);
		race_x++;
		dy_mutex_unlock(&mutex);
	}
	dy_wg_done(&wg);
}

static void preempted_main(void *none)
{
	int own[4] = {0};

	(void)none;
	race_x = 0;
	dy_wg_add(&wg, 4);
	for (int i = 0; i < 4; i++)
		dy_go(turn, &own[i]);
	dy_wg_wait(&wg);
	race_need(race_x == 4 * TURNS && own[3] == TURNS * WRITES);
}

static void preempted(int procs)
{
	do
		race_run("go1.27,preempt=sysmon:1ms", procs, preempted_main);
	while (preempts() == 0); // every signal has met something else
}

// No call of the library between the two.
WORKLOAD static void spin_and_write(void *none)
{
	volatile int *x = &race_x;

	(void)none;
	for (int turn = 0; turn < 10; turn++) {
		++*x;
		spin();
	}
}

static void preempted_racers_main(void *none)
{
	(void)none;
	dy_go(spin_and_write, NULL);
	dy_go(spin_and_write, NULL);
	race_join();
}

static void preempted_racers(int procs)
{
	race_run("go1.27,preempt=sysmon:1ms", procs, preempted_racers_main);
}

//---------------------------------------------------------------------------
// Races
//---------------------------------------------------------------------------

static void add_many(void *none)
{
	volatile int *x = &race_x;

	(void)none;
	for (int i = 0; i < 100; i++) {
		++*x;
		dy_yield();
	}
}

static void counter(void *none)
{
	(void)none;
	dy_go(add_many, NULL);
	dy_go(add_many, NULL);
	race_join();
}

static void touch(void *none)
{
	(void)none;
	race_first();
}

static void published_by_yield(void *none)
{
	(void)none;
	dy_go(touch, NULL);
	dy_yield();
	race_second();
	race_join();
}

static void after_spawn(void *none)
{
	(void)none;
	dy_go(touch, NULL);
	race_second();
	race_join();
}

// That it has ended is seen, not what it did.
static void after_its_end(void *none)
{
	(void)none;
	dy_go(use_x, NULL);
	race_join();
	race_x++;
}

// One after the other on the same stack, record and thread.
static void one_by_one(void *none)
{
	(void)none;
	dy_go(use_x, NULL);
	race_join();
	dy_go(use_x, NULL);
	race_join();
}

static void block_and_touch(void *first)
{
	dy_block(DY_MS);
	if (first)
		race_first();
	else
		race_second();
}

static void blocked_racers(void *none)
{
	(void)none;
	dy_go(block_and_touch, &wg);
	dy_go(block_and_touch, NULL);
	race_join();
}

const struct race_program race_of_sched[] = {
	{"spawned", false, spawned, NULL},
	{"exits", false, exits, NULL},
	{"stacks", false, stacks, NULL},
	{"wanderers", false, wanderers, NULL},
	{"threads_end", false, threads_end, NULL},
	{"resized", false, resized, NULL},
	{"preempted", false, NULL, preempted},
	{"preempted_racers", true, NULL, preempted_racers},
	{"counter", true, counter, NULL},
	{"published_by_yield", true, published_by_yield, NULL},
	{"after_spawn", true, after_spawn, NULL},
	{"after_its_end", true, after_its_end, NULL},
	{"one_by_one", true, one_by_one, NULL},
	{"blocked_racers", true, blocked_racers, NULL},
	{NULL, false, NULL, NULL},
};
