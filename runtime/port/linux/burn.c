// burn.c - burning CPU and blocking for a known time.
//
// Work is a count of iterations of a loop that the compiler cannot shorten,
// whose rate is given, or else calibrated once per process: the fastest of several
// short runs is the rate of an undisturbed CPU. These take half a millisecond,
// and a neighbour can disturb them all: who compares processes gives them one
// rate. A deadline would not do, since a preempted goroutine would then lose
// work. The loop lies in the text that may be preempted.
// It is the work of code whose basic blocks take POLL_STEPS iterations: that is how
// often there is a poll in it, as a compiler would insert it.
//
// Blocking is a read(2) of a timer descriptor that belongs to the thread.
#define _GNU_SOURCE
#include <dyno/dyno.h>
#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "inserted.h"
#include "port/port.h"

#define NS_PER_S UINT64_C(1000000000)

enum { CALIBRATION_ITERATIONS = 40000, CALIBRATION_RUNS = 15, POLL_STEPS = 32 };

// Iterations per 2^20 ns: the rate that was given, and this process's own; 0: not
// given, not yet calibrated. Racing goroutines calibrate alike, and the last one
// wins.
static struct dy_w64 given, own;

enum { RATE_SHIFT = 20 };

// Each step needs the one before, in one call and from call to call: a processor
// that finds two chains does both at once, and work would take half its time.
__attribute__((section("dy_text"), noinline)) static uint64_t burn(
	uint64_t x, uint64_t iterations)
{
	for (uint64_t i = 0; i < iterations; i++) {
		x = x * UINT64_C(6364136223846793005) + 1;
		__asm__ volatile("" : "+r"(x));
	}
	return x;
}

static uint64_t burn_with_polls(uint64_t x, uint64_t iterations)
{
	for (; iterations > POLL_STEPS; iterations -= POLL_STEPS) {
		x = burn(x, POLL_STEPS);
		__sanitizer_cov_trace_pc();
	}
	return burn(x, iterations);
}

uint64_t port_work_calibrate(void)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < CALIBRATION_RUNS; i++) {
		uint64_t start = port_now();

		burn(0, CALIBRATION_ITERATIONS);
		start = port_now() - start;
		if (start < best)
			best = start;
	}
	best = ((uint64_t)CALIBRATION_ITERATIONS << RATE_SHIFT) /
	       (best ? best : 1);
	if (best < DY_WORK_RATE_MIN)
		return DY_WORK_RATE_MIN;
	return best < DY_WORK_RATE_MAX ? best : DY_WORK_RATE_MAX;
}

void port_work_give_rate(uint64_t rate)
{
	w64_store_rlx(&given, rate);
}

uint64_t port_work_rate(void)
{
	uint64_t r = w64_load_rlx(&given);

	if (!r)
		r = w64_load_rlx(&own);
	if (!r) {
		r = port_work_calibrate();
		w64_store_rlx(&own, r);
	}
	return r;
}

uint64_t port_work(uint64_t ns)
{
	uint64_t iterations = (uint64_t)((unsigned __int128)ns *
	                                         port_work_rate() >>
	                                 RATE_SHIFT);

	if (__builtin_expect(port_polled(), 0))
		return burn_with_polls(ns, iterations);
	return burn(ns, iterations);
}

void port_block(struct port_thread *t, uint64_t ns)
{
	struct itimerspec when = {
		.it_value.tv_sec = (time_t)(ns / NS_PER_S),
		.it_value.tv_nsec = (long)(ns % NS_PER_S),
	};
	uint64_t expirations;

	if (ns == 0)
		return;
	if (t->block_fd < 0)
		t->block_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (t->block_fd < 0 || timerfd_settime(t->block_fd, 0, &when, NULL) < 0) {
		port_sleep(ns); // out of descriptors: the same time, another call
		return;
	}
	while (read(t->block_fd, &expirations, sizeof expirations) < 0 &&
	       errno == EINTR)
		;
}
