// ticks.h - a clock for short spans: the processor's own counter, where that
// runs at one rate, else port_now.
#ifndef PORT_LINUX_TICKS_H
#define PORT_LINUX_TICKS_H

#include <stdbool.h>
#include <stdint.h>

extern bool port_linux_counter; // settled before main
uint64_t port_now(void);

static inline uint64_t port_ticks(void)
{
#if defined(__x86_64__)
	if (__builtin_expect(port_linux_counter, 1))
		return __builtin_ia32_rdtsc();
	return port_now();
#elif defined(__aarch64__)
	uint64_t t;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(t));
	return t;
#else
	return port_now();
#endif
}

#endif
