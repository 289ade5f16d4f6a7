// race_locks.c - what mutexes, conditions and once order, and what they do not.
#include <dyno/sync.h>

#include "race.h"

static struct dy_mutex mutex;
static struct dy_rwmutex rw;
static struct dy_cond cond;
static struct dy_once once;

// Runs other beside mine, which is to come after it, on the calling goroutine.
static void both(dy_fn other, dy_fn mine)
{
	dy_go(other, NULL);
	mine(NULL);
	race_join();
}

//---------------------------------------------------------------------------
// Mutex
//---------------------------------------------------------------------------

static void add_locked(void *none)
{
	(void)none;
	for (int i = 0; i < 50; i++) {
		dy_mutex_lock(&mutex);
		race_x++;
		if (i % 8 == 0)
			dy_yield();
		dy_mutex_unlock(&mutex);
	}
}

static void contended(void *none)
{
	(void)none;
	dy_go(add_locked, NULL);
	both(add_locked, add_locked);
}

static void try_lock(void *none)
{
	(void)none;
	while (!dy_mutex_trylock(&mutex))
		dy_yield();
	race_x++;
	dy_mutex_unlock(&mutex);
}

static void mutex_tries(void *none)
{
	(void)none;
	both(try_lock, try_lock);
}

static void write_after_unlock(void *none)
{
	(void)none;
	dy_mutex_lock(&mutex);
	dy_mutex_unlock(&mutex);
	race_first();
}

static void write_locked_late(void *none)
{
	(void)none;
	race_await_first();
	dy_mutex_lock(&mutex);
	race_x++;
	dy_mutex_unlock(&mutex);
}

static void after_unlock(void *none)
{
	(void)none;
	both(write_after_unlock, write_locked_late);
}

static void write_by_other_lock(void *none)
{
	static struct dy_mutex other;

	(void)none;
	dy_mutex_lock(&other);
	race_first();
	dy_mutex_unlock(&other);
}

static void two_mutexes(void *none)
{
	(void)none;
	both(write_by_other_lock, write_locked_late);
}

static void failed_trylock(void *none)
{
	(void)none;
	dy_mutex_lock(&mutex);
	dy_go(write_by_other_lock, NULL);
	race_need(!dy_mutex_trylock(&mutex));
	race_second();
	dy_mutex_unlock(&mutex);
	race_join();
}

//---------------------------------------------------------------------------
// Read-write mutex
//---------------------------------------------------------------------------

static void write_then_step(void *none)
{
	(void)none;
	dy_rwmutex_lock(&rw);
	race_x = 1;
	race_step(1);
	race_linger();
	dy_rwmutex_unlock(&rw);
}

static void read_late(void *none)
{
	(void)none;
	race_await(1);
	dy_rwmutex_rlock(&rw);
	race_need(race_x == 1);
	dy_rwmutex_runlock(&rw);
}

static void writer_then_reader(void *none)
{
	(void)none;
	both(write_then_step, read_late);
}

static void try_read_late(void *none)
{
	(void)none;
	race_await(1);
	while (!dy_rwmutex_try_rlock(&rw))
		dy_yield();
	race_need(race_x == 1);
	dy_rwmutex_runlock(&rw);
}

static void writer_then_try_reader(void *none)
{
	(void)none;
	both(write_then_step, try_read_late);
}

static void read_then_step(void *none)
{
	(void)none;
	dy_rwmutex_rlock(&rw);
	race_step(race_x + 1);
	race_linger();
	race_step(race_x + 1);
	dy_rwmutex_runlock(&rw);
}

static void write_late(void *none)
{
	(void)none;
	race_await(1);
	dy_rwmutex_lock(&rw);
	race_x = 1;
	dy_rwmutex_unlock(&rw);
}

static void reader_then_writer(void *none)
{
	(void)none;
	dy_go(read_then_step, NULL);
	both(read_then_step, write_late);
}

static void try_write_late(void *none)
{
	(void)none;
	race_await(1);
	while (!dy_rwmutex_trylock(&rw))
		dy_yield();
	race_x++;
	dy_rwmutex_unlock(&rw);
}

static void reader_then_try_writer(void *none)
{
	(void)none;
	both(read_then_step, try_write_late);
}

static void writers(void *none)
{
	(void)none;
	both(write_then_step, try_write_late);
}

static void write_under_rlock(void *none)
{
	(void)none;
	dy_rwmutex_rlock(&rw);
	race_first();
	dy_rwmutex_runlock(&rw);
}

static void write_under_rlock_late(void *none)
{
	(void)none;
	dy_rwmutex_rlock(&rw);
	race_second();
	dy_rwmutex_runlock(&rw);
}

static void readers_write(void *none)
{
	(void)none;
	both(write_under_rlock, write_under_rlock_late);
}

//---------------------------------------------------------------------------
// Condition
//---------------------------------------------------------------------------

static void wait_for_it(void *none)
{
	(void)none;
	dy_mutex_lock(&mutex);
	race_step(1);
	dy_cond_wait(&cond, &mutex);
	race_first();
	dy_mutex_unlock(&mutex);
}

// Signal itself orders: it is called without the mutex.
static void write_and_wake(void (*wake)(struct dy_cond *))
{
	dy_go(wait_for_it, NULL);
	race_await(1);
	dy_mutex_lock(&mutex);
	dy_mutex_unlock(&mutex);
	race_linger();
	race_x = 1;
	wake(&cond);
	race_join();
}

static void cond_signal(void *none)
{
	(void)none;
	write_and_wake(dy_cond_signal);
}

static void cond_broadcast(void *none)
{
	(void)none;
	write_and_wake(dy_cond_broadcast);
}

static void signal_then_write(void *none)
{
	(void)none;
	dy_go(wait_for_it, NULL);
	race_await(1);
	dy_mutex_lock(&mutex);
	dy_mutex_unlock(&mutex);
	dy_cond_signal(&cond);
	race_second();
	race_join();
}

//---------------------------------------------------------------------------
// Once
//---------------------------------------------------------------------------

static void set_x(void *none)
{
	(void)none;
	race_x = 1;
	race_step(1);
	race_linger();
}

static void do_once(void *none)
{
	(void)none;
	dy_once_do(&once, set_x, NULL);
	race_need(race_x == 1);
}

static void once_contended(void *none)
{
	(void)none;
	both(do_once, do_once);
}

static void do_late(void *none)
{
	(void)none;
	race_await(1);
	race_linger();
	race_linger();
	do_once(NULL);
}

static void once_done(void *none)
{
	(void)none;
	both(do_once, do_late);
}

static void once_bypassed(void *none)
{
	(void)none;
	dy_go(do_once, NULL);
	race_await(1);
	race_need(race_x == 1);
	race_join();
}

const struct race_program race_of_locks[] = {
	{"contended", false, contended, NULL},
	{"mutex_tries", false, mutex_tries, NULL},
	{"after_unlock", true, after_unlock, NULL},
	{"two_mutexes", true, two_mutexes, NULL},
	{"failed_trylock", true, failed_trylock, NULL},
	{"writer_then_reader", false, writer_then_reader, NULL},
	{"writer_then_try_reader", false, writer_then_try_reader, NULL},
	{"reader_then_writer", false, reader_then_writer, NULL},
	{"reader_then_try_writer", false, reader_then_try_writer, NULL},
	{"writers", false, writers, NULL},
	{"readers_write", true, readers_write, NULL},
	{"cond_signal", false, cond_signal, NULL},
	{"cond_broadcast", false, cond_broadcast, NULL},
	{"signal_then_write", true, signal_then_write, NULL},
	{"once_contended", false, once_contended, NULL},
	{"once_done", false, once_done, NULL},
	{"once_bypassed", true, once_bypassed, NULL},
	{NULL, false, NULL, NULL},
};
