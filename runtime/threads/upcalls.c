// upcalls.c - what the port's signal handlers ask of who is above it.
//
// The kernel preempts threads; nobody is made to call preempt_here.
#include "base/fatal.h"
#include "port/port.h"

bool preempt_ok(uintptr_t sp, size_t room)
{
	(void)sp;
	(void)room;
	return false;
}

void preempt_here(void)
{
	dy_throw("preempt_here: a thread was made to give way");
}

void preempt_tick(void)
{
}

void preempt_look(void)
{
}

void watch_tick(enum port_watch what)
{
	(void)what;
}

// The earlier handler ends the process: there is nothing to add to it.
void fault_here(const char *signal, uintptr_t addr)
{
	(void)signal;
	(void)addr;
}

void quit_asked(void)
{
	fatal("SIGQUIT: quit");
}
