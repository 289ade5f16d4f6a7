// deeds.h - which harm the hostile plugin does, and in which of its hooks.
#ifndef TEST_PLUGINS_DEEDS_H
#define TEST_PLUGINS_DEEDS_H

// Its parameters: "steal=hostile:deed=11:hook=1" faults in the second hook of the axis,
// amount. Deeds of an answer are done by whichever hook can.

enum deed {
	DEED_NONE,
	DEED_FAR,      // answers that are beyond all there is
	DEED_NEGATIVE, // answers below
	DEED_AMOUNT,   // negative amounts
	DEED_HUGE,     // amounts that are merely too large
	DEED_ZERO,
	DEED_STOP,  // never a victim
	DEED_AGAIN, // always to search again
	DEED_LATE,  // 40 ms per call; this and those below any hook can do
	DEED_LOOP,  // never returns
	DEED_SLEEP, // nor this, asleep
	DEED_NULL,  // writes to address 0
	DEED_CONST, // writes to a constant
	DEED_TRAP,
	DEED_ABORT,
};

// Every hook that there is: its axis, its place in the table, its name.
static const struct {
	const char *axis;
	int hook;
	const char *name;
} every_hook[] = {
	{"queue", 0, "key"},       {"place", 0, "place"},
	{"place", 1, "overflow"},  {"steal", 0, "victim"},
	{"steal", 1, "amount"},    {"steal", 2, "runnext"},
	{"global", 0, "first"},    {"global", 1, "amount"},
	{"preempt", 0, "expired"}, {"idle", 0, "search"},
	{"idle", 1, "again"},      {"idle", 2, "wake"},
	{"syscall", 0, "retake"},
};

enum { EVERY_HOOK = sizeof every_hook / sizeof every_hook[0] };

#endif
