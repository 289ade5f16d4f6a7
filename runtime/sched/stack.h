// stack.h - the memory that goroutines stand on.
#ifndef SCHED_STACK_H
#define SCHED_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct g;
struct m;
struct p;

// stacks_open settles how stacks are guarded. 0 or -ENOTSUP (guards wanted,
// none to be had). stacks_close gives all memory back.
int stacks_open(size_t default_size, int guard);
void stacks_close(void);

// stack_class returns the class of a stack of at least size bytes (0: the
// default), or 0 when there is no such class.
unsigned stack_class(size_t size);

// stack_await queues gp, for which stack_get found no memory, until a stack
// comes back. stacks_rescue moves what stacks a P hoards to where those Gs can
// have them; called while any wait.
void stack_await(struct g *gp);
void stacks_rescue(struct p *pp);

// stacks_trim gives back to the system what free stacks nobody has wanted for a
// while, a few at each call; only by sysmon, time and again while stacks_to_trim.
void stacks_trim(struct m *mp, uint64_t now);
bool stacks_to_trim(void);

// stack_get gives gp a stack and a fresh context on it. False: no memory.
bool stack_get(struct m *mp, struct g *gp);
// stack_put takes gp's stack back. Nobody stands on it.
void stack_put(struct m *mp, struct g *gp);
// stack_abandon forgets what gp stands on, for ever: gp has ended, or the runtime.
void stack_abandon(struct g *gp);
// stack_inherit passes a stack on in place.
void stack_inherit(struct m *mp, struct g *from, struct g *to);
// stack_top is the end of gp's stack, where its first frame begins.
void *stack_top(const struct g *gp);
// stack_bytes is the size of gp's stack. stack_overflowed: addr lies in the
// guard below it.
size_t stack_bytes(const struct g *gp);
bool stack_overflowed(const struct g *gp, uintptr_t addr);
// stack_check ends the process if gp, whose stack has no guard page, has run over
// it.
void stack_check(const struct g *gp);
// stack_has_room: sp lies in gp's stack with room bytes below it.
bool stack_has_room(const struct g *gp, const void *sp, size_t room);

#endif
