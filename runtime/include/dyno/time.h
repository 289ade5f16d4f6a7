// time.h - the monotonic clock and sleeping.
#ifndef DYNO_TIME_H
#define DYNO_TIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DY_US UINT64_C(1000)
#define DY_MS UINT64_C(1000000)
#define DY_S UINT64_C(1000000000)

// dy_now returns nanoseconds of a monotonic clock with an arbitrary origin.
// Costs 10 to 25 ns. Blocks: nothing.
uint64_t dy_now(void);

// dy_sleep parks the caller for at least ns (0: returns at once).
// Blocks: G. Source of the rules: Go's time.Sleep, timers on per-P 4-ary heaps.
void dy_sleep(uint64_t ns);

#ifdef __cplusplus
}
#endif
#endif
