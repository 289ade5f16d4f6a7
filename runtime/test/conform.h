// conform.h - what the files of conform share.
#ifndef TEST_CONFORM_H
#define TEST_CONFORM_H

#include <stdint.h>

// conform_fail ends the child, and tells its parent what is wrong.
_Noreturn void conform_fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

// waiting_open chooses, by seed, what waiting presses with, and says what is promised:
// dy_policy_rounds. waiting is the property bounded waiting, for dy_run on one P.
void waiting_open(uint32_t rounds, unsigned seed);
void waiting(void *unused);

#endif
