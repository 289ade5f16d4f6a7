// presets.c - the presets: named sets of choices, each after a published scheduler.
//
// Each says which rule it follows, and what it leaves out of it. All of them run on this
// runtime's stacks, channels, timers and poller, so that what differs between two of them
// is scheduling and nothing else. An axis that a spec does not name is Go's.
//
// Sources: the schedulers' own (Go at 1.0, 1.1, 1.2, 1.5, 1.14 and 1.27; Tokio, OpenCilk,
// Caladan), and for Shinjuku also the comparisons with it (ghOSt, Skyloft).
#include <dyno/policy.h>

static const struct {
	const char *name, *follows, *leaves_out, *spec;
} preset[] = {
	{"go1.27", "Go 1.27, rule by rule: the default",
         "what C has not: stacks that move, checks at each function's entry, a "
         "collector",
         "queue=fifo,place=runnext,steal=go,global=go61,preempt=sysmon,"
         "idle=go,syscall=go"},
	{"go1.14",
         "Go 1.14 on: slices end by signal; in these axes the same as go1.27",
         "what it did otherwise beside them: a P's own state in system calls (to "
         "1.25), no note for who is about to park",
         "queue=fifo,place=runnext,steal=go,global=go61,preempt=sysmon"},
	{"go1.5", "Go 1.5 to 1.13: runnext; slices end at calls",
         "checks at each function's entry (here: library calls, dy_poll); timers "
         "under locks of their own",
         "queue=fifo,place=runnext,steal=go,global=go61,preempt=poll"},
	{"go1.2",
         "Go 1.2 to 1.4: a slice ends at calls, every 61st begins in the global "
         "queue; no runnext",
         "as go1.5; victims drawn with repetition, twice GOMAXPROCS times; before "
         "1.3 a lock on each queue, which grows",
         "queue=fifo,place=no-runnext,steal=go,global=go61,preempt=poll"},
	{"go1.1",
         "Go 1.1: a queue for each P, half of one is stolen; the global one is for "
         "who has none; no preemption",
         "victims drawn with repetition; a lock on each queue, which grows",
         "queue=fifo,place=no-runnext,steal=go,global=never,preempt=none"},
	{"go1.0",
         "Go 1.0: one queue for all, an M woken for each goroutine, calls hand on "
         "at once; no preemption, no monitor",
         "the goroutine itself is given to the M; calls hand on only if somebody "
         "waits",
         "place=global,steal=none,global=always,preempt=none,idle=eager,"
         "syscall=handoff"},
	{"cilk",
         "Cilk: the child runs first, a thief takes the oldest spawner, one at a "
         "time",
         "its deque's protocol (here Chase and Lev's); victims drawn at random; "
         "rest after many searches in vain",
         "queue=lifo,place=workfirst,steal=one,global=never,preempt=none"},
	{"tokio",
         "Tokio: half is stolen, what runs next is not; the global queue every "
         "200 us; no preemption; block_in_place",
         "a budget of 128 operations, 3 runs in a row of what runs next, one thief "
         "to a queue, overflow of the newer half, yields to the own queue",
         "queue=fifo,place=runnext,steal=half,global=adaptive,preempt=none,"
         "idle=go,syscall=handoff"},
	{"shinjuku",
         "Shinjuku: one queue for all, whose tail gets who is preempted",
         "a core that only dispatches, interrupts past the kernel, its 5 us (30 us "
         "is what comparisons give it), a queue for each type",
         "queue=fifo,place=global,steal=none,global=always,"
         "preempt=timer:30us"},
	{"caladan",
         "Caladan: the oldest first, home when woken, half from the nearest, 2 us "
         "of search",
         "cores that come and go by load (its iokernel), with preemption; a ring "
         "of 32; beyond its sibling a random order",
         "queue=stamped,place=lastp,steal=near,preempt=none,idle=spin:2us"},
	{"fair",
         "CFS, scx_simple: who has run least runs first, a sleeper's credit is one "
         "slice, 1 ms",
         "weights; one tree for all (here one for each P, and thieves take half)",
         "queue=prio:1ms,place=tail,steal=go,global=always,preempt=sysmon:1ms"},
};

enum { PRESETS = sizeof preset / sizeof preset[0] };

const char *dy_policy_preset(size_t i, const char **spec, const char **help)
{
	if (i >= PRESETS)
		return NULL;
	if (spec)
		*spec = preset[i].spec;
	if (help)
		*help = preset[i].follows;
	return preset[i].name;
}

const char *dy_policy_preset_lacks(size_t i)
{
	return i < PRESETS ? preset[i].leaves_out : NULL;
}
