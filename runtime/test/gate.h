// gate.h - a gate that blocking calls wait for.
#ifndef TEST_GATE_H
#define TEST_GATE_H

#include <unistd.h>

#include "port/atomic.h"

static struct dy_w32 gate;

static inline void close_gate(void)
{
	w32_store_rel(&gate, 0);
}

static inline void open_gate(void *arg)
{
	(void)arg;
	w32_store_rel(&gate, 1);
}

// In a blocking call: nothing that may switch can be called here.
static inline void wait_for_gate(void *arg)
{
	(void)arg;
	while (w32_load_acq(&gate) == 0)
		usleep(100);
}

#endif
