// steps.h - the instructions of one thread, one by one.
//
// A child process runs the code; its parent has the kernel stop it after each
// instruction between two marks (ptrace), so that what is counted is exact, is that of
// one thread, and needs no counter of the processor. Signals that come in between are
// dropped: a tick is no part of the code. x86-64.
#ifndef TEST_STEPS_H
#define TEST_STEPS_H

#include <stdint.h>

enum {
	STEPS_TARGETS = 64,
	STEPS_AGAIN = 75, // the child's exit status if it is to be run again
};

// What was counted between two marks.
struct steps {
	uint64_t instructions;
	uint64_t indirect; // of them calls and jumps by an address in a register or memory
	// Where those led to, and how often.
	struct {
		uintptr_t to;
		uint64_t times;
	} target[STEPS_TARGETS];
	unsigned targets; // more than STEPS_TARGETS are counted, and not named
};

// steps_run runs fn(arg) in a child; fn calls steps_begin and steps_end around what is
// to be counted, on the thread that it was called on, n times at most. Returns how
// many it counted into found, in order; or -ENOTSUP: this kernel or emulator does not
// let a process be stepped; -EAGAIN: the child wants to be run again; -ECHILD: it
// failed, or was not done within a minute.
int steps_run(void (*fn)(void *arg), void *arg, struct steps *found, int n);
void steps_begin(void);
void steps_end(void);

#endif
