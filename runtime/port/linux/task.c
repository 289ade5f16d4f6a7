// task.c - threads as a program makes them that has one for each task.
//
// Kicks are held back by the signal mask, and let through by ppoll for exactly as
// long as it sleeps: a kick that comes between a look at the reasons to sleep and
// the sleep is not lost.
#define _GNU_SOURCE
#include "task.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)

enum { CPUS_MAX = 4096, WORD_BITS = 8 * sizeof(unsigned long) };

struct start {
	struct port_thread *t;
	struct m *mp;
	void (*fn)(struct m *mp), (*end)(struct m *mp);
};

static void *task_main(void *arg)
{
	struct start s = *(struct start *)arg;
	jmp_buf way_out;

	free(arg);
	port_linux_m = s.mp;
	s.t->handle = (uintptr_t)pthread_self();
	s.t->way_out = &way_out;
	w32_store_rel(&s.t->tid, (uint32_t)gettid());
	if (setjmp(way_out) == 0)
		s.fn(s.mp);
	s.end(s.mp);
	return NULL;
}

// A task that has started may have ended and been joined before pthread_create is
// back: t is not touched after it.
int port_task_start(struct port_thread *t, struct m *mp, size_t stack_size,
                    void (*fn)(struct m *mp), void (*end)(struct m *mp))
{
	struct start *s = malloc(sizeof *s);
	pthread_attr_t attr;
	pthread_t handle;
	int err;

	if (!s || pthread_attr_init(&attr) != 0) {
		free(s);
		return -ENOMEM;
	}
	*s = (struct start){t, mp, fn, end};
	t->block_fd = -1;
	err = pthread_attr_setstacksize(&attr, stack_size);
	if (!err)
		err = pthread_create(&handle, &attr, task_main, s);
	pthread_attr_destroy(&attr);
	if (err)
		free(s);
	return -err;
}

void port_task_join(struct port_thread *t)
{
	pthread_join((pthread_t)t->handle, NULL);
	if (t->block_fd >= 0)
		close(t->block_fd);
}

void port_task_exit(struct port_thread *t)
{
	longjmp(*(jmp_buf *)t->way_out, 1);
}

void port_task_yield(void)
{
	sched_yield();
}

//---------------------------------------------------------------------------
// Waiting for a descriptor
//---------------------------------------------------------------------------

static void mask_kicks(int how)
{
	sigset_t kicks;

	sigemptyset(&kicks);
	sigaddset(&kicks, SIGURG);
	pthread_sigmask(how, &kicks, NULL);
}

void port_kicks_hold(void)
{
	mask_kicks(SIG_BLOCK);
}

void port_kicks_release(void)
{
	mask_kicks(SIG_UNBLOCK);
}

static struct timespec span_until(uint64_t deadline)
{
	uint64_t now = port_now();
	uint64_t ns = deadline > now ? deadline - now : 0;

	return (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};
}

void port_fd_wait(int fd, unsigned how, uint64_t deadline)
{
	struct pollfd p = {.fd = fd,
	                   .events = how & PORT_READ ? POLLIN : POLLOUT};
	struct timespec span;
	sigset_t open;

	pthread_sigmask(SIG_SETMASK, NULL, &open);
	sigdelset(&open, SIGURG);
	if (deadline != PORT_FOREVER)
		span = span_until(deadline);
	ppoll(&p, 1, deadline == PORT_FOREVER ? NULL : &span, &open);
}

//---------------------------------------------------------------------------
// CPUs
//---------------------------------------------------------------------------

static unsigned long allowed[CPUS_MAX / WORD_BITS];
static bool known; // what is allowed

void port_confine_open(void)
{
	known = sched_getaffinity(0, sizeof allowed, (cpu_set_t *)allowed) == 0;
}

// A machine of more CPUs than CPUS_MAX is not confined.
int port_confine(struct port_thread *t, int n)
{
	unsigned long set[CPUS_MAX / WORD_BITS] = {0};
	int taken = 0;

	for (int cpu = 0; known && cpu < CPUS_MAX && (n == 0 || taken < n);
	     cpu++) {
		unsigned long bit = 1UL << cpu % WORD_BITS;

		if (allowed[cpu / WORD_BITS] & bit) {
			set[cpu / WORD_BITS] |= bit;
			taken++;
		}
	}
	if (taken == 0)
		return port_cpus();
	sched_setaffinity((pid_t)w32_load_acq(&t->tid), sizeof set,
	                  (cpu_set_t *)set);
	return taken;
}
