// control.c - the controls of counters: do a thing, see whether it is counted.
//
// Virtual machines and containers offer counters that read a silent zero. So
// each is tried against something that must move it, on the thread and under
// the limits of the process that is going to report it.
#include "control.h"

#include "now.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { TOUCHED = 4 << 20 };

static void *touched = MAP_FAILED;

// burn runs branches that cannot be predicted until the clock has advanced.
static void burn(clockid_t clock, uint64_t ns)
{
	uint64_t end = now_ns(clock) + ns, x = 88172645463325252u;
	volatile uint64_t sink = 0;

	while (now_ns(clock) < end)
		for (int i = 0; i < 1000; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			if (x & 1)
				sink = sink + x;
		}
}

// sleep_often sleeps without the kernel's slack, which would double the time that
// it takes.
static const char *sleep_often(void)
{
	const struct timespec t = {.tv_nsec = 50000};
	int slack = prctl(PR_GET_TIMERSLACK);

	prctl(PR_SET_TIMERSLACK, 1);
	for (int i = 0; i < CONTROL_SLEEPS; i++)
		nanosleep(&t, NULL);
	if (slack > 0)
		prctl(PR_SET_TIMERSLACK, slack);
	return NULL;
}

// nth_cpu makes one the set of the n-th CPU in all; false if there is none.
static bool nth_cpu(const cpu_set_t *all, int n, cpu_set_t *one)
{
	CPU_ZERO(one);
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, all) && n-- == 0) {
			CPU_SET(cpu, one);
			return true;
		}
	return false;
}

// move_about goes to a CPU, and from there to another and back.
static const char *move_about(void)
{
	cpu_set_t all, place[2];

	if (sched_getaffinity(0, sizeof all, &all) != 0 ||
	    !nth_cpu(&all, 0, &place[0]))
		return "the CPUs of the process cannot be read";
	if (!nth_cpu(&all, 1, &place[1]))
		return "only one CPU is allowed here, so that no move can be provoked";
	for (int i = 0; i <= CONTROL_MOVES; i++)
		if (sched_setaffinity(0, sizeof *place, &place[i % 2]) != 0)
			return "the process may not choose its CPUs";
	sched_setaffinity(0, sizeof all, &all);
	return NULL;
}

static const char *touch_pages(void)
{
	long page = sysconf(_SC_PAGESIZE);

	touched = mmap(NULL, TOUCHED, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (touched == MAP_FAILED)
		return "there is no memory to touch";
	madvise(touched, TOUCHED, MADV_NOHUGEPAGE); // refused where there are none
	for (long i = 0; i < TOUCHED; i += page)
		((volatile char *)touched)[i] = 1;
	return NULL;
}

static const char *loop_a_while(void)
{
	burn(CLOCK_THREAD_CPUTIME_ID, 1000000);
	return NULL;
}

static void *rival(void *stop)
{
	while (!atomic_load((atomic_bool *)stop))
		burn(CLOCK_MONOTONIC, 50000);
	return NULL;
}

// crowd burns beside the rival until the kernel has put this thread off.
static void crowd(void)
{
	uint64_t end = now_ns(CLOCK_MONOTONIC) + 100000000;
	struct rusage start, u;

	getrusage(RUSAGE_THREAD, &start);
	do {
		burn(CLOCK_MONOTONIC, 50000);
		getrusage(RUSAGE_THREAD, &u);
	} while (u.ru_nivcsw < start.ru_nivcsw + 2 &&
	         now_ns(CLOCK_MONOTONIC) < end);
}

static const char *compete(void)
{
	const char *why = NULL;
	atomic_bool stop = false;
	cpu_set_t all, one;
	pthread_t thread;

	if (sched_getaffinity(0, sizeof all, &all) != 0 ||
	    !nth_cpu(&all, 0, &one))
		return "the CPUs of the process cannot be read";
	if (sched_setaffinity(0, sizeof one, &one) != 0)
		return "the process may not choose its CPUs";
	if (pthread_create(&thread, NULL, rival, &stop) == 0) {
		crowd();
		atomic_store(&stop, true);
		pthread_join(thread, NULL);
	} else {
		why = "no second thread could be started";
	}
	sched_setaffinity(0, sizeof all, &all);
	return why;
}

void control_stimulate(struct control_report *out)
{
	static const char *(*const give[STIMULI])(void) = {
		[STIMULUS_SLEEP] = sleep_often, [STIMULUS_MOVE] = move_about,
		[STIMULUS_TOUCH] = touch_pages, [STIMULUS_LOOP] = loop_a_while,
		[STIMULUS_COMPETE] = compete,
	};

	for (int i = 0; i < STIMULI; i++) {
		out->why[i] = give[i]();
		out->given[i] = !out->why[i];
	}
}

// reset_peak makes the kernel forget the largest memory size so far, which is
// ours and not the trial's. Older kernels refuse: then it stays in.
static void reset_peak(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "we");

	if (!f)
		return;
	fputs("5", f);
	fclose(f);
}

void control_tidy(void)
{
	if (touched == MAP_FAILED)
		return;
	munmap(touched, TOUCHED);
	touched = MAP_FAILED;
	reset_peak();
}

bool control_verdict(const struct counter *c, double moved,
                     const struct control_report *given, char *why, size_t whylen)
{
	static const char *const what[STIMULI] = {
		[STIMULUS_SLEEP] = "sleeping",
		[STIMULUS_MOVE] = "moving between CPUs",
		[STIMULUS_TOUCH] = "touching pages",
		[STIMULUS_LOOP] = "a busy loop",
		[STIMULUS_COMPETE] = "sharing a CPU",
	};

	why[0] = '\0';
	if (!given->given[c->stimulus])
		snprintf(why, whylen, "%s", given->why[c->stimulus]);
	else if (moved < c->expected)
		snprintf(why, whylen, "%s did not move it", what[c->stimulus]);
	return !why[0];
}
