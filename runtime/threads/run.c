// run.c - a runtime of threads from its beginning to its end.
//
// The caller's thread starts the main goroutine's and waits for it. GOMAXPROCS is
// stood for by CPUs: threads run on so many of those that the process may use,
// which the kernel holds them to. There can be no more than there are.
#include <dyno/policy.h>
#include <errno.h>
#include <string.h>

#include "base/fatal.h"
#include "port/linux/task.h"
#include "sched/options.h"
#include "sched/polldesc.h"
#include "sched/sched.h"
#include "threads/threads.h"

struct sched sched;

#define LOOK_PERIOD UINT64_C(100000000)

static struct dy_w32 in_use;

struct main_call {
	dy_fn fn;
	void *arg;
	struct dy_w32 returned;
};

int dy_config_check(const struct dy_config *cfg, char *err, size_t errlen)
{
	if (cfg->policy && dy_policy_check(cfg->policy, err, errlen) != 0)
		return -EINVAL;
	if (cfg->procs < 0 || cfg->procs > DY_PROCS_MAX)
		return options_refuse(err, errlen, "the number of CPUs",
		                      cfg->procs, "from 1 to 4096");
	if (cfg->m_cap != 0)
		return options_refuse(err, errlen, "the M cap", cfg->m_cap,
		                      "0 here: each goroutine has a thread");
	return options_check(cfg, err, errlen);
}

//---------------------------------------------------------------------------
// CPUs
//---------------------------------------------------------------------------

static void confine_one(struct port_thread *t, int n)
{
	port_confine(t, n);
}

int dy_gomaxprocs(int n)
{
	int before = sched_procs();
	int cpus;

	if (n > 0) {
		cpus = port_confine(&port_m()->thread, n);
		w32_store_rel(&sched.nprocs, (uint32_t)cpus);
		tasks_each_thread(confine_one, n);
	}
	return before;
}

//---------------------------------------------------------------------------
// A run
//---------------------------------------------------------------------------

static void main_goroutine(void *arg)
{
	struct main_call *call = arg;

	call->fn(call->arg);
	w32_store_rel(&call->returned, 1);
	port_futex_wake(&call->returned, 1);
}

// What is not configured is Go's default.
static void reset(const struct dy_config *cfg)
{
	port_work_give_rate(cfg->work_rate);
	memset(&sched, 0, sizeof sched);
	sched.opt.seed = cfg->seed;
	while (sched.opt.seed == 0)
		sched.opt.seed = port_entropy();
	sched.opt.hooks = cfg->hooks;
	sched.max_threads = cfg->max_threads ? cfg->max_threads
	                                     : DY_MAX_THREADS_DEFAULT;
	tasks_open(cfg->stack_size);
	stats_open();
}

static void await_main(struct main_call *call)
{
	while (w32_load_acq(&call->returned) == 0) {
		if (!port_futex_wait(&call->returned, 0, port_now() + LOOK_PERIOD))
			check_dead();
	}
}

static void run_main(struct m *mp, int procs, dy_fn fn, void *arg)
{
	struct main_call call = {.fn = fn, .arg = arg};

	port_confine_open();
	w32_store_rel(&sched.nprocs, (uint32_t)port_confine(&mp->thread, procs));
	port_kicks_hold();
	dy_go(main_goroutine, &call);
	await_main(&call);
	w32_store_rel(&sched.stopping, 1);
	tasks_drive_out();
	foreign_await();
	clock_close();
	tasks_drive_out(); // whom its last timers have started
	polldesc_free_all();
	port_kicks_release();
	port_confine(&mp->thread, 0);
}

static int run(const struct dy_config *cfg, dy_fn fn, void *arg)
{
	static struct m caller;
	int err = port_signals_open(false);

	if (err)
		return err;
	memset(&caller, 0, sizeof caller);
	err = port_thread_adopt(&caller.thread, &caller);
	if (!err) {
		run_main(&caller, cfg->procs, fn, arg);
		lock_acquire(&sched.lock);
		stats_add_locked(&caller);
		lock_release(&sched.lock);
		port_thread_release(&caller.thread);
	}
	port_signals_close();
	return err;
}

int dy_run(const struct dy_config *cfg, dy_fn fn, void *arg)
{
	static const struct dy_config threads;
	uint32_t free_word = 0;
	int err;

	if (port_m())
		return -EBUSY;
	cfg = cfg ? cfg : &threads;
	err = dy_config_check(cfg, NULL, 0);
	if (err)
		return err;
	if (!w32_cas_ar(&in_use, &free_word, 1))
		return -EBUSY;
	reset(cfg);
	err = run(cfg, fn, arg);
	w32_store_rel(&in_use, 0);
	return err;
}
