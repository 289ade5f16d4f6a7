// deeds.h - which harm the hostile plugin does.
#ifndef TEST_PLUGINS_DEEDS_H
#define TEST_PLUGINS_DEEDS_H

enum deed {
	DEED_NONE,
	DEED_FAR,      // answers that are beyond all there is
	DEED_NEGATIVE, // answers below
	DEED_AMOUNT,   // negative amounts
	DEED_HUGE,     // amounts that are merely too large
	DEED_ZERO,
	DEED_STOP,  // never a victim
	DEED_AGAIN, // always to search again
	DEED_LATE,  // 40 ms per call
	DEED_LOOP,  // never returns
	DEED_SLEEP, // nor this, asleep
	DEED_NULL,  // writes to address 0
	DEED_CONST, // writes to a constant
	DEED_TRAP,
	DEED_ABORT,
};

#endif
