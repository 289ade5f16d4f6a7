// slab.h - the memory that stacks are cut from.
#ifndef SCHED_SLAB_H
#define SCHED_SLAB_H

#include <dyno/dyno.h>

#include "base/depot.h"

struct slab;

enum { STACK_CLASS_MIN = 14, STACK_CLASS_MAX = 30 }; // 16 KiB to 1 GiB

// What lies above the first frame of each stack: nothing of the goroutine's.
struct stack_head {
	_Alignas(16) struct free_link free; // as the frames below it want to be
	struct slab *slab;                  // that it was cut from
	bool unguarded; // it has no guard page, but a canary
};

static inline size_t class_size(unsigned class)
{
	return (size_t)1 << class;
}

static inline struct stack_head *head_of(void *stack, unsigned class)
{
	return (struct stack_head *)((char *)stack + class_size(class)) - 1;
}

// slabs_open settles how stacks are guarded. 0 or -ENOTSUP (guards wanted, none
// to be had). slabs_close gives all memory back.
int slabs_open(enum dy_stack_guard want);
void slabs_close(void);

// slab_cut returns a stack that has no memory behind it yet: one that was emptied
// (*fresh: false), else a new one, guarded. NULL: there is no memory, or no guard
// and one is required.
void *slab_cut(unsigned class, bool *fresh);
// slab_empty gives the memory of a stack that nobody uses back to the system, and
// keeps its place for slab_cut. False, and nothing is changed: the system does
// not take it (memory is locked).
bool slab_empty(void *stack, unsigned class);
// slab_map_alone returns a stack of no slab, slab_unmap_alone ends it. A race
// detector remembers what was done at an address until it is unmapped.
void *slab_map_alone(unsigned class);
void slab_unmap_alone(void *stack, unsigned class);
// slab_overflowed: addr lies in the guard below the stack. slab_overrun: the
// canary of a stack without a guard is dead.
bool slab_overflowed(const void *stack, uintptr_t addr);
bool slab_overrun(const void *stack);

#endif
