// alarm.h - timers, for the files that act in another way when one fires.
#ifndef LANG_ALARM_H
#define LANG_ALARM_H

#include <dyno/time.h>

// alarm_open arms a timer of zeroed memory that calls act after ns. act runs on
// g0, under the timer's lock, and must not block nor touch the timer's state.
void alarm_open(struct dy_timer *t, uint64_t ns,
                void (*act)(struct dy_timer *t, uint64_t now));
// alarm_free gives back the timer of a channel that dy_after made. Blocks as
// dy_timer_stop.
void alarm_free(struct dy_timer *t);

#endif
