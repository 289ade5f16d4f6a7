// flag.h - a flag that one goroutine raises and others wait for.
#ifndef TEST_FLAG_H
#define TEST_FLAG_H

#include "port/atomic.h"
#include "rt.h"

static struct dy_w32 flag;

static inline void lower_flag(void)
{
	w32_store_rel(&flag, 0);
}

static inline bool flag_is_up(void)
{
	return w32_load_acq(&flag) != 0;
}

static inline void raise_flag(void *arg)
{
	(void)arg;
	w32_store_rel(&flag, 1);
}

// With one P. dy_go is a preemption point: again, until the goroutine has not run yet.
static inline void leave_raiser_in_queue(void)
{
	do {
		lower_flag();
		dy_go(raise_flag, NULL);
	} while (flag_is_up());
}

#endif
