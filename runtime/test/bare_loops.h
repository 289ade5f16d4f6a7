// bare_loops.h - loops without a call of the library and without a poll: only a signal
// gets in.
#ifndef TEST_BARE_LOOPS_H
#define TEST_BARE_LOOPS_H

#include "flag.h"

RT_WORKLOAD __attribute__((unused)) static void spin(uint64_t iterations)
{
	for (uint64_t i = 0; i < iterations; i++)
		__asm__ volatile("");
}

// Most of the time goes by outside of ThreadSanitizer's code, where no signal could
// preempt.
RT_WORKLOAD __attribute__((unused)) static void spin_until_flag(void)
{
	while (__atomic_load_n(&flag.raw_, __ATOMIC_ACQUIRE) == 0)
		spin(10000);
}

// With one P, who would raise the flag waits for this one: a main.
static inline void bare_loop(void *arg)
{
	(void)arg;
	leave_raiser_in_queue();
	spin_until_flag();
}

#endif
