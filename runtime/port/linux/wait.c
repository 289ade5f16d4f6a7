// wait.c - futexes, pauses, the clock and sleeping.
//
// ThreadSanitizer remembers the last few thousand events, and takes a call that it
// intercepts for two. A scheduler that reads the clock all the time would make it
// forget what it is there for: in user mode (RACE) the calls go to the kernel.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "port/port.h"
#include "port/race.h"

#define NS_PER_S UINT64_C(1000000000)

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};
}

// FUTEX_WAIT_BITSET takes an absolute time of the monotonic clock.
bool port_futex_wait(struct dy_w32 *w, uint32_t expect, uint64_t deadline)
{
	struct timespec ts = timespec_of(deadline);
	long err = syscall(SYS_futex, &w->raw_,
	                   FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expect,
	                   deadline == PORT_FOREVER ? NULL : &ts, NULL,
	                   FUTEX_BITSET_MATCH_ANY);

	return !(err < 0 && errno == ETIMEDOUT);
}

void port_futex_wake(struct dy_w32 *w, int n)
{
	syscall(SYS_futex, &w->raw_, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, n, NULL,
	        NULL, 0);
}

void port_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("isb" ::: "memory");
#endif
}

// The clock is read every few pauses only: a pause is about as long.
void port_spin_until(struct dy_w32 *w, uint32_t old, uint64_t deadline)
{
	for (unsigned i = 1; w32_load_acq(w) == old; i++) {
		port_relax();
		if (i % 8 == 0 && deadline != PORT_FOREVER &&
		    port_now() >= deadline)
			return;
	}
}

uint64_t port_now(void)
{
	struct timespec ts;

	if (RACE)
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	else
		clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

// Returns 0 or what went wrong.
static int sleep_until(const struct timespec *ts)
{
	if (!RACE)
		return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, ts, NULL);
	return syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, ts,
	               NULL) == 0
	               ? 0
	               : errno;
}

void port_sleep(uint64_t ns)
{
	struct timespec ts = timespec_of(port_now() + ns);

	while (sleep_until(&ts) == EINTR)
		;
}
