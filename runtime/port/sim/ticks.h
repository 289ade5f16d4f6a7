// ticks.h - a clock for short spans: virtual time.
#ifndef PORT_SIM_TICKS_H
#define PORT_SIM_TICKS_H

#include <stdint.h>

uint64_t port_now(void);

static inline uint64_t port_ticks(void)
{
	return port_now();
}

#endif
