// race.h - the corpus of programs with and without a data race.
//
// Each program is run in a process of its own. One with a race must be reported
// whichever way it is scheduled, one without must not: so the only order between
// its goroutines is that of the operation under test, and what fixes the schedule
// are relaxed atomics, which order nothing.
#ifndef TEST_RACE_H
#define TEST_RACE_H

#include <dyno/dyno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

struct race_program {
	const char *name;
	bool racy;
	dy_fn fn;                 // as the main goroutine; or
	void (*whole)(int procs); // all of the program
};

// Each table ends with an entry without a name.
extern const struct race_program race_of_chan[];
extern const struct race_program race_of_select[];
extern const struct race_program race_of_locks[];
extern const struct race_program race_of_waits[];
extern const struct race_program race_of_context[];
extern const struct race_program race_of_time[];
extern const struct race_program race_of_sched[];
extern const struct race_program race_of_outside[];
extern const struct race_program race_of_io[];

// What is raced for.
extern int race_x;

// race_step says that step n has been reached; race_await waits for it. Neither
// orders anything. A wait is a loop of yields, for a goroutine.
void race_step(int n);
void race_await(int n);
// race_linger lets others run for a while: who was about to wait does so then.
void race_linger(void);
// A race: race_second comes after race_first on the clock, and by nothing else.
void race_first(void);
void race_await_first(void);
void race_second(void);
// race_run starts a runtime, and needs it to succeed.
void race_run(const char *policy, int procs, dy_fn fn);
// race_join waits until the caller is the only goroutine, and is not ordered
// after the others.
void race_join(void);

#define race_need(fact) ((fact) ? (void)0 : abort())

#endif
