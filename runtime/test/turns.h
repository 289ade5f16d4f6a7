// turns.h - spinners that all have to run again and again for any of them to end.
#ifndef TEST_TURNS_H
#define TEST_TURNS_H

#include <dyno/sync.h>

#include "port/atomic.h"
#include "rt.h"

enum { SPINNERS = 4, TURNS = 50 };

typedef void (*spin_fn)(void);

static spin_fn spin_once; // what a turn is
static struct dy_w32 turns[SPINNERS];
static struct dy_waitgroup spinners;

static inline bool somebody_is_behind(void)
{
	for (int i = 0; i < SPINNERS; i++) {
		if (w32_load_acq(&turns[i]) < TURNS)
			return true;
	}
	return false;
}

static inline void take_turns(void *turn)
{
	while (somebody_is_behind()) {
		w32_add_ar(turn, 1);
		spin_once();
	}
	dy_wg_done(&spinners);
}

// spin_by_turns has SPINNERS of them take turns, each of which calls *fn, a spin_fn:
// a main.
static inline void spin_by_turns(void *fn)
{
	spin_once = *(spin_fn *)fn;
	dy_wg_add(&spinners, SPINNERS);
	for (int i = 0; i < SPINNERS; i++)
		w32_store_rel(&turns[i], 0);
	for (int i = 0; i < SPINNERS; i++)
		dy_go(take_turns, &turns[i]);
	dy_wg_wait(&spinners);
}

#endif
