// valgrind.h - telling valgrind where stacks are.
//
// It takes a small step of the stack pointer for a call or a return, and so
// takes a switch from one goroutine to its neighbour for a frame that came or
// went, and what lies there for dead. Once both are known as stacks it does not.
//
// A request is a handful of instructions that do nothing outside valgrind. Built
// without <valgrind/valgrind.h>, there is none.
#ifndef PORT_VALGRIND_H
#define PORT_VALGRIND_H

#include <stdbool.h>
#include <stddef.h>

#ifdef DYNO_VALGRIND
#include <valgrind/valgrind.h>
#endif

static inline bool valgrind_is_there(void)
{
#ifdef DYNO_VALGRIND
	return RUNNING_ON_VALGRIND != 0;
#else
	return false;
#endif
}

// valgrind_stack names [low, low + size) a stack, until valgrind_no_stack is
// called with what it returned.
static inline unsigned valgrind_stack(const char *low, size_t size)
{
#ifdef DYNO_VALGRIND
	return (unsigned)VALGRIND_STACK_REGISTER(low, low + size - 1);
#else
	(void)low, (void)size;
	return 0;
#endif
}

static inline void valgrind_no_stack(unsigned id)
{
	(void)id;
#ifdef DYNO_VALGRIND
	VALGRIND_STACK_DEREGISTER(id);
#endif
}

#endif
