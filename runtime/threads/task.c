// task.c - the birth and the end of a goroutine that is a thread.
//
// A task is on the list of all from before its thread is made until its thread is
// about to end. A thread cannot free itself, so it is the next one to end that
// joins and frees it; dy_run does so with the last. The chain holds at most one
// ended thread at any time, and there is nobody whose job it is to reap.
//
// The number of tasks has a limit, 10,000 as for Go's Ms, and the kernel has its
// own. Crossing either ends the process with what could be changed.
//
// main's return ends the others: each is woken, from its futex or its ppoll, and
// leaves for the end of its thread as soon as it looks at stopping, which it does
// wherever it could have given way. Who computes without a call of this library is
// waited for.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "port/linux/task.h"
#include "sched/park.h"
#include "sched/sched.h"
#include "threads/threads.h"

// What the C library, a signal's frame and the caller's frames fit into.
enum { STACK_LEAST = 256 * 1024 };
enum { STACK_MOST = 1 << 30 };

#define DRIVE_PERIOD UINT64_C(1000000)

static struct {
	size_t stack_size;

	// Under sched.lock.
	struct task *first;
	struct task *last_ended; // to be joined
} tasks;

void tasks_open(size_t stack_size)
{
	memset(&tasks, 0, sizeof tasks);
	tasks.stack_size = stack_size;
}

//---------------------------------------------------------------------------
// The list of all
//---------------------------------------------------------------------------

// Crossing Go's limit is fatal.
static void reserve_locked(void)
{
	if (sched.m_count + 1 > (uint32_t)sched.max_threads) {
		say("runtime: program exceeds %d-thread limit: one thread for each "
		    "goroutine (dy_config.max_threads, --max-threads)",
		    sched.max_threads);
		fatal("thread exhaustion");
	}
	sched.m_count++;
	if (sched.m_count > sched.m_peak)
		sched.m_peak = sched.m_count;
}

static void enlist(struct task *t)
{
	lock_acquire(&sched.lock);
	reserve_locked();
	t->next = tasks.first;
	if (t->next)
		t->next->prev = t;
	tasks.first = t;
	// Whom the end of the runtime did not find on the list knows by itself.
	if (sched_stopping())
		w32_store_rel(&t->m.preempt, 1);
	lock_release(&sched.lock);
}

// Returns the one that ended before, for the caller to join.
static struct task *unlist(struct task *t)
{
	struct task *before;

	lock_acquire(&sched.lock);
	*(t->prev ? &t->prev->next : &tasks.first) = t->next;
	if (t->next)
		t->next->prev = t->prev;
	stats_add_locked(&t->m);
	before = tasks.last_ended;
	tasks.last_ended = t;
	sched.m_count--;
	lock_release(&sched.lock);
	return before;
}

void tasks_each_thread(void (*fn)(struct port_thread *t, int arg), int arg)
{
	lock_acquire(&sched.lock);
	for (struct task *t = tasks.first; t; t = t->next)
		fn(&t->m.thread, arg);
	lock_release(&sched.lock);
}

void tasks_count_locked(struct counters *sum)
{
	for (struct task *t = tasks.first; t; t = t->next)
		m_add_counters(sum, &t->m);
}

void g_each(void (*fn)(struct g *gp, void *arg), void *arg)
{
	lock_acquire(&sched.lock);
	for (struct task *t = tasks.first; t; t = t->next)
		fn(&t->g, arg);
	lock_release(&sched.lock);
}

//---------------------------------------------------------------------------
// The end
//---------------------------------------------------------------------------

static void reap(struct task *t)
{
	if (!t)
		return;
	port_task_join(&t->m.thread);
	free(t);
}

static void end(struct m *mp)
{
	struct task *t = (struct task *)mp, *before;

	if (sched.opt.hooks.m_stop)
		sched.opt.hooks.m_stop(sched.opt.hooks.arg, mp->id);
	COUNT(mp, exits);
	w32_store_rel(&t->g.status, G_DEAD);
	before = unlist(t);
	reap(before);
	// The last act: dy_run may go on, and join this thread.
	w32_add_ar(&sched.m_live, (uint32_t)-1);
	port_futex_wake(&sched.m_live, 1);
}

void task_die(void)
{
	port_task_exit(&port_m()->thread);
}

void dy_exit(void)
{
	g_self();
	task_die();
}

static void wake_all(void)
{
	lock_acquire(&sched.lock);
	for (struct task *t = tasks.first; t; t = t->next) {
		w32_store_rel(&t->m.preempt, 1);
		note_wake(&t->m.park);
		port_kick(&t->m.thread);
	}
	lock_release(&sched.lock);
}

// A wake may come before its task is about to sleep in a call that is not ours:
// it is repeated.
void tasks_drive_out(void)
{
	uint32_t live;

	while ((live = w32_load_acq(&sched.m_live)) != 0) {
		wake_all();
		port_futex_wait(&sched.m_live, live, port_now() + DRIVE_PERIOD);
	}
	reap(tasks.last_ended);
	tasks.last_ended = NULL;
}

//---------------------------------------------------------------------------
// The birth
//---------------------------------------------------------------------------

static void run(struct m *mp)
{
	struct task *t = (struct task *)mp;

	if (t->strays)
		port_confine(&mp->thread, sched_procs());
	if (sched.opt.hooks.m_start)
		sched.opt.hooks.m_start(sched.opt.hooks.arg, mp->id);
	preempt_poll();
	t->g.fn(t->g.arg);
}

static struct task *make(dy_fn fn, void *arg, void *caller)
{
	struct task *t = aligned_alloc(CACHE_LINE, sizeof *t);

	if (!t)
		fatal("out of memory: no record for another goroutine");
	memset(t, 0, sizeof *t);
	t->g.fn = fn;
	t->g.arg = arg;
	t->g.id = w64_add_ar(&sched.next_goid, 1);
	t->g.created_by = caller;
	t->g.locked_m = &t->m;
	w32_store_rel(&t->g.status, G_RUNNING);
	wptr_store_own(&t->m.cur, &t->g);
	t->m.id = (int)t->g.id;
	t->m.rand = rand_stream(sched.opt.seed, t->g.id);
	return t;
}

static void refused(int err)
{
	uint32_t n = w32_load_acq(&sched.m_live);

	fatal("the kernel refuses a thread beside %u others (%s): raise ulimit -u, "
	      "kernel.threads-max, vm.max_map_count or the control group's pids.max, "
	      "or take fewer goroutines",
	      n - 1, err == -EAGAIN ? "EAGAIN" : "no memory");
}

static void spawn(dy_fn fn, void *arg, size_t stack_size, void *caller)
{
	struct m *mp = port_m();
	struct task *t;
	int err;

	if (!mp)
		fatal("dy_go: neither a goroutine nor a thread that has entered");
	COUNT(mp, spawns);
	t = make(fn, arg, caller);
	t->strays = mp->foreign;
	w32_add_ar(&sched.m_live, 1);
	enlist(t);
	err = port_task_start(&t->m.thread, &t->m,
	                      stack_size > STACK_LEAST ? stack_size : STACK_LEAST,
	                      run, end);
	if (err)
		refused(err);
	preempt_poll();
}

void dy_go(dy_fn fn, void *arg)
{
	spawn(fn, arg, tasks.stack_size, __builtin_return_address(0));
}

void dy_go_sized(dy_fn fn, void *arg, uint64_t size)
{
	(void)size; // no policy that could look at it
	spawn(fn, arg, tasks.stack_size, __builtin_return_address(0));
}

void dy_go_stack(dy_fn fn, void *arg, size_t stack_size)
{
	if (stack_size > STACK_MOST)
		fatal("dy_go_stack: %zu bytes is more than a stack can have (1 GiB)",
		      stack_size);
	spawn(fn, arg, stack_size ? stack_size : tasks.stack_size,
	      __builtin_return_address(0));
}
