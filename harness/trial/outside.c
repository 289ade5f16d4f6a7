// outside.c - threads beside the runtime, for workloads that generate load from there.
//
// Such a thread enters the runtime before anybody goes on, so that a runtime whose
// goroutines all wait for it is no deadlock. It sleeps until it has something to do: a
// spinning one would take a CPU that it may have to share, and its share of the CPU
// would tell nothing.
#include "outside.h"

#include "../complain.h"

#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static cpu_set_t own; // those of the threads, if o->own_cpus

struct job {
	bool own_cpus;
	void (*fn)(void *arg);
	void *arg;
	sem_t entered;
	int err;
};

static void *thread_main(void *arg)
{
	struct job *job = arg;
	void (*fn)(void *arg) = job->fn;
	void *fn_arg = job->arg;

	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	if (job->own_cpus && sched_setaffinity(0, sizeof own, &own) != 0)
		job->err = -errno;
	if (!job->err)
		job->err = dy_thread_enter();
	bool runs = !job->err;
	sem_post(&job->entered); // the job is the starter's again
	if (runs) {
		fn(fn_arg);
		dy_thread_leave();
	}
	return NULL;
}

static int start(const struct wl_outside *o, void (*fn)(void *arg), void *arg)
{
	struct job job = {.own_cpus = o->own_cpus, .fn = fn, .arg = arg};
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	if (sem_init(&job.entered, 0, 0) != 0)
		return -errno;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	err = -pthread_create(&thread, &attr, thread_main, &job);
	pthread_attr_destroy(&attr);
	while (!err && sem_wait(&job.entered) != 0)
		;
	sem_destroy(&job.entered);
	return err ? err : job.err;
}

static void wait_until(uint64_t when)
{
	for (uint64_t now = dy_now(); now < when; now = dy_now()) {
		uint64_t left = when - now;
		struct timespec t = {.tv_sec = (time_t)(left / DY_S),
		                     .tv_nsec = (long)(left % DY_S)};

		nanosleep(&t, NULL);
	}
}

// may_use tells whether the calling thread could run on all of them; it stays where
// it is.
static bool may_use(const cpu_set_t *set)
{
	cpu_set_t before, now;
	bool yes;

	if (sched_getaffinity(0, sizeof before, &before) != 0)
		return false;
	yes = sched_setaffinity(0, sizeof *set, set) == 0 &&
	      sched_getaffinity(0, sizeof now, &now) == 0 &&
	      CPU_EQUAL(&now, set);
	return sched_setaffinity(0, sizeof before, &before) == 0 && yes;
}

bool outside_make(struct wl_outside *o, const struct numbers *cpus)
{
	*o = (struct wl_outside){
		.start = start,
		.wait_until = wait_until,
		.own_cpus = cpus->n > 0,
	};
	CPU_ZERO(&own);
	for (size_t i = 0; i < cpus->n; i++)
		if (cpus->v[i] < CPU_SETSIZE)
			CPU_SET((size_t)cpus->v[i], &own);
	if (cpus->n == 0 || may_use(&own))
		return true;
	complain("--outside-cpus: not all of them exist and may be used here "
	         "(see dyno list topology)");
	return false;
}
