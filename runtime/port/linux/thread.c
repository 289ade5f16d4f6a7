// thread.c - kernel threads, by pthreads.
//
// A thread gets a signal stack of its own, because a signal may meet it on a
// goroutine's stack, which is small, and a fine timer slack: the default of
// 50 us would be added to every sleep that the scheduler takes.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "kick.h"
#include "port/port.h"
#include "watch.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

enum {
	G0_STACK_SIZE = 256 * 1024,
	HANDLER_STACK_SIZE = 64 * 1024,
	FINE_SLACK = 1
};

// That of threads which are not ours, in ns: a thread of ours inherits ours. 0: unknown.
static struct dy_w32 usual_slack;

__thread struct m *port_linux_m __attribute__((tls_model("initial-exec")));

struct start {
	struct port_thread *t;
	struct m *mp;
	void (*fn)(struct m *mp);
	sigset_t mask;
};

static size_t alt_stack_size(void)
{
	return HANDLER_STACK_SIZE + (size_t)getauxval(AT_MINSIGSTKSZ);
}

static void set_alt_stack(struct port_thread *t)
{
	stack_t ss = {.ss_sp = t->alt_stack, .ss_size = alt_stack_size()};
	stack_t old = {.ss_flags = SS_DISABLE};

	sigaltstack(&ss, &old);
	t->old_alt_stack = old.ss_flags & SS_DISABLE ? NULL : old.ss_sp;
	t->old_alt_size = old.ss_size;
}

static void drop_alt_stack(struct port_thread *t)
{
	stack_t ss = {
		.ss_sp = t->old_alt_stack,
		.ss_size = t->old_alt_size,
		.ss_flags = t->old_alt_stack ? 0 : SS_DISABLE,
	};

	sigaltstack(&ss, NULL);
}

static void find_stack(struct port_thread *t)
{
	pthread_attr_t attr;
	void *low = NULL;
	size_t size = 0;

	if (pthread_getattr_np(pthread_self(), &attr) == 0) {
		pthread_attr_getstack(&attr, &low, &size);
		pthread_attr_destroy(&attr);
	}
	t->stack_low = low;
	t->stack_size = size;
}

static void settle_in(struct port_thread *t, struct m *mp)
{
	t->handle = (uintptr_t)pthread_self();
	port_linux_m = mp;
	set_alt_stack(t);
	find_stack(t);
	t->old_slack = prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
	if (t->old_slack > FINE_SLACK)
		w32_store_rlx(&usual_slack, (uint32_t)t->old_slack);
	prctl(PR_SET_TIMERSLACK, (unsigned long)FINE_SLACK, 0UL, 0UL, 0UL);
	watch_begin(t);
	w32_store_rel(&t->tid, (uint32_t)gettid());
}

void port_sleep_lightly(void)
{
	unsigned long slack = w32_load_rlx(&usual_slack);

	if (slack)
		prctl(PR_SET_TIMERSLACK, slack, 0UL, 0UL, 0UL);
}

static void settle_out(struct port_thread *t)
{
	w32_store_rel(&t->tid, 0);
	port_tick_end(t);
	watch_end(t);
	if (t->old_slack > 0)
		prctl(PR_SET_TIMERSLACK, (unsigned long)t->old_slack, 0UL, 0UL,
		      0UL);
	drop_alt_stack(t);
	port_linux_m = NULL;
	if (t->block_fd >= 0)
		port_close(t->block_fd);
	t->block_fd = -1;
}

static void *thread_main(void *arg)
{
	struct start s = *(struct start *)arg;
	free(arg);
	settle_in(s.t, s.mp);
	pthread_sigmask(SIG_SETMASK, &s.mask, NULL);
	s.fn(s.mp);
	settle_out(s.t);
	return NULL;
}

// Signals stay blocked until the new thread has its signal stack. Once it runs,
// s is the thread's, and gone; so may be the M, which may have ended and been
// joined before pthread_create is back here.
static int create(struct start *s)
{
	pthread_attr_t attr;
	pthread_t handle;
	sigset_t all, mask;
	int err;

	if (pthread_attr_init(&attr) != 0)
		return -ENOMEM;
	pthread_attr_setstacksize(&attr, G0_STACK_SIZE);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	s->mask = mask;
	err = pthread_create(&handle, &attr, thread_main, s);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	pthread_attr_destroy(&attr);
	return -err;
}

int port_thread_start(struct port_thread *t, struct m *mp,
                      void (*fn)(struct m *mp))
{
	struct start *s = malloc(sizeof *s);
	int err;

	t->alt_stack = malloc(alt_stack_size());
	t->block_fd = -1;
	t->has_timer = false;
	if (!s || !t->alt_stack) {
		free(s);
		free(t->alt_stack);
		return -ENOMEM;
	}
	s->t = t;
	s->mp = mp;
	s->fn = fn;
	err = create(s);
	if (err) {
		free(s);
		free(t->alt_stack);
		t->alt_stack = NULL;
	}
	return err;
}

void port_thread_join(struct port_thread *t)
{
	pthread_join((pthread_t)t->handle, NULL);
	free(t->alt_stack);
	t->alt_stack = NULL;
}

int port_thread_adopt(struct port_thread *t, struct m *mp)
{
	t->block_fd = -1;
	t->has_timer = false;
	t->alt_stack = malloc(alt_stack_size());
	if (!t->alt_stack)
		return -ENOMEM;
	settle_in(t, mp);
	return 0;
}

void port_thread_release(struct port_thread *t)
{
	settle_out(t);
	free(t->alt_stack);
	t->alt_stack = NULL;
}
