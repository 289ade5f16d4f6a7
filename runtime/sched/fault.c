// fault.c - a goroutine that ran over the end of its stack, a plugin's fault, and
// the dump that somebody asked for from outside. They begin in a signal handler.
#include "base/fatal.h"
#include "sched/dump.h"
#include "sched/guard.h"
#include "sched/sched.h"
#include "sched/stack.h"

// The handler runs on the M's signal stack, so that there is room to say it.
void fault_here(const char *signal, uintptr_t addr)
{
	struct m *mp = port_m();
	struct g *gp = mp ? m_cur(mp) : NULL;

	if (mp)
		guard_fault(mp, signal, addr);
	if (!gp || !stack_overflowed(gp, addr))
		return;
	say("runtime: goroutine %llu exceeds its stack of %zu bytes "
	    "(dy_config.stack_size, dy_go_stack)",
	    (unsigned long long)gp->id, stack_bytes(gp));
	dump_one(gp);
	fatal("stack overflow");
}

// Printing is sysmon's: a handler may have interrupted whoever holds a lock.
void quit_asked(void)
{
	w32_store_rel(&sched.quit, 1);
	note_wake(&sched.sysmon_note);
}
