// dump.h - every goroutine on standard error, in Go's form.
#ifndef SCHED_DUMP_H
#define SCHED_DUMP_H

struct g;

// dump_one prints a goroutine: id, state, how long it waits, where it waits, and
// who created it. dump_all prints all that live. Stacks of others are read
// while they may change: what is printed of a running goroutine is its state.
void dump_one(struct g *gp);
void dump_all(void);
// dump_leaks prints the goroutines, the caller apart, that exist although main is
// about to return, if DYNO_DEBUG=leaks=1 asks for it.
void dump_leaks(void);

#endif
