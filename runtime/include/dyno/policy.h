// policy.h - the plugs: what a scheduling policy may decide.
//
// An axis is a table of a few functions. A policy is one table per axis; NULL,
// for a table or (but for what is said below) for a function in it, is Go's rule,
// which is compiled in and costs nothing. The core owns queues, states and
// liveness: a policy orders and places, it can be slow or unfair, it cannot lose a
// goroutine. To write one, begin at "Plugins", below.
//
// Every function of a table is handed a view, and reads the scheduler, the time
// and randomness only through it. It must return within microseconds, allocate
// nothing, lock nothing and call nothing of the operating system: that is what
// lets it run unchanged in the virtual machine. A plugin's runs on g0; a built-in
// one may be called on the stack of the goroutine that spawns or wakes another.
//
// Nothing here blocks. Texts and tables that are returned are the library's and
// stay; specs are the caller's.
#ifndef DYNO_POLICY_H
#define DYNO_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DY_POLICY_ABI 2

// A parameter of a policy: "steal=near:amount=1" sets the parameter named
// amount, "preempt=timer:50us" the first one.
#define DY_POLICY_PARAMS 4

struct dy_policy_param {
	const char *name;
	const char *unit; // "ns": written 50us, 10ms; "": a plain number
	int64_t min, max, initial;
	const char *help;
};

// The head that every axis table begins with.
struct dy_policy_head {
	uint32_t abi;        // DY_POLICY_ABI
	uint32_t size;       // of the whole table
	const char *name;    // "half-tail"
	const char *summary; // one line: the rule, and who uses it
	const struct dy_policy_param *params; // DY_POLICY_PARAMS or fewer, ended
					      // by a NULL name; NULL: none
	// What it promises of waiting: at GOMAXPROCS 1, with Go's rule on the other
	// axes, a goroutine that may run has run before rounds time slices have begun
	// for each goroutine that there is. 0: nothing, somebody may starve. Choices
	// multiply, so who adds nothing to the wait says 1. scripts/conform holds who
	// promises to it.
	uint32_t rounds;
};

// What a policy can see. Racy, but each value was true at some time; of a P that there
// is not, 0. Ps are 0 to GOMAXPROCS - 1. Any function of a table may ask any of these;
// plugins find them in the program that loads them.
#pragma GCC visibility push(default)
struct dy_view;
int dy_view_procs(const struct dy_view *v);                 // GOMAXPROCS
uint32_t dy_view_queue_len(const struct dy_view *v, int p); // without runnext
bool dy_view_waiting(const struct dy_view *v, int p); // queued, or in its runnext
bool dy_view_running(const struct dy_view *v, int p); // P has an M and runs
uint32_t dy_view_global_len(const struct dy_view *v);
// The farther, the more, as dy_config.distance has it; without that all others are 1.
uint16_t dy_view_distance(const struct dy_view *v, int p, int q);
uint32_t dy_view_random(const struct dy_view *v); // of the P's own stream
uint64_t dy_view_now(const struct dy_view *v);    // ns, read when asked
// The i-th parameter of the table, within its range.
int64_t dy_view_param(const struct dy_view *v, int i);
// What a policy remembers: DY_POLICY_SCRATCH bytes for each P, zero at the start, used
// by one thread at a time. It is that of the P on whose behalf the function is called:
// of a thief, not its victim. For a place that is sought without a P (DY_SYSRET), it is
// the thread's. There is no other memory: a variable of the plugin is one that all
// threads share.
#define DY_POLICY_SCRATCH 64
void *dy_view_scratch(const struct dy_view *v);
#pragma GCC visibility pop

enum { DY_STOP = -1 }; // as a victim: look no further in this search

// steal: whose queue a P without work looks into, and how much it takes.
//
// By Go's rule thieves take the oldest, and the owner's put needs no lock. If they
// take the newest, owner and thieves share a lock.
enum dy_steal_end {
	DY_STEAL_HEAD, // the oldest
	DY_STEAL_TAIL, // the newest; of a heap the first, as ever
};

struct dy_steal_policy {
	struct dy_policy_head head;
	// The try-th victim (0, 1, ...) of this search by P thief: a P id, or
	// DY_STOP. Any id is safe: the core passes over the thief itself, idle Ps
	// and ids out of range, and gives up after 4 * GOMAXPROCS + 16 tries.
	int (*victim)(const struct dy_view *v, int thief, uint32_t attempt);
	// How many of the len queued Gs to take from the victim. The core bounds
	// the answer by 1, len and half a ring, which is 128. NULL: half of len.
	uint32_t (*amount)(const struct dy_view *v, int thief, int victim,
	                   uint32_t len);
	// The victim's queue is empty: may its runnext be taken at this attempt?
	// Negative: no. 0: at once. t: when it has stood there for another t ns, 10 ms
	// at most. NULL: never, unless victim is NULL too.
	int64_t (*runnext)(const struct dy_view *v, int thief, int victim,
	                   uint32_t attempt);
	enum dy_steal_end end; // of the victim's queue, that thieves take from
};

// global: when a P looks at the global queue, and how many it takes.
enum dy_global_layout {
	DY_GLOBAL_LIST, // one list, under one lock
	// As many lists as the first parameter says, 1 to 64, each under its own lock.
	// Who puts, puts to his own by number; a take begins there, every eighth at
	// the next in turn. A length is then that of the list which is taken from.
	DY_GLOBAL_SHARDS,
};

struct dy_global_policy {
	struct dy_policy_head head;
	// There is something in the global queue. Shall P p look there before its own?
	// tick counts the time slices that p has begun; one may be asked about twice.
	// NULL: if tick is a multiple of 61.
	bool (*first)(const struct dy_view *v, int p, uint32_t tick);
	// How many of the len queued Gs to move to P p, one of them to run now, when
	// its own queue is empty. The core bounds the answer by 1, len and half a ring,
	// which is 128. NULL: len / GOMAXPROCS + 1.
	uint32_t (*amount)(const struct dy_view *v, int p, uint32_t len);
	enum dy_global_layout layout;
};

// preempt: what ends a time slice.
enum dy_preempt_mechanism {
	DY_PREEMPT_NONE,   // nothing: a goroutine runs until it blocks
	DY_PREEMPT_POLL,   // a flag, seen at dy_poll and at library calls
	DY_PREEMPT_SIGNAL, // the flag and a signal, which also stops pure C loops
	DY_PREEMPT_TIMER, // the same, by a timer of each M whose period is the
			  // first parameter; without timers, by sysmon
	// Polls that the compiler inserted; every so many-th, as the second parameter
	// says, looks whether the slice is over; without such a parameter every one.
	DY_PREEMPT_COMPILER,
};

struct dy_preempt_policy {
	struct dy_policy_head head;
	enum dy_preempt_mechanism mechanism;
	// Asked by sysmon for a P whose goroutine has run for ran ns, at each of
	// its rounds (20 us to 10 ms apart, or to the first parameter, if that is a
	// time): is its slice over? NULL: after 10 ms.
	// Of DY_PREEMPT_TIMER: asked at each tick, in a signal handler, ran being the
	// period; NULL: yes.
	// Of DY_PREEMPT_COMPILER: asked when a poll looks, ran being the time since
	// a poll first looked in this slice; NULL: as the first parameter says.
	bool (*expired)(const struct dy_view *v, int p, uint64_t ran);
};

// queue: the discipline of a P's own queue.
enum dy_queue_order {
	DY_QUEUE_FIFO, // a ring: first come, first served; thieves take the oldest
	DY_QUEUE_LIFO, // a ring: the owner takes the newest, thieves the oldest
	DY_QUEUE_KEYED, // a heap: the least key first, for owner and thieves alike;
			// there is no runnext
};

// What a key can be made of. Times are ns.
struct dy_goroutine {
	uint64_t id;
	uint64_t now;
	uint64_t ran;  // the time that it has run in all
	uint64_t size; // as dy_go_sized was told; 0: unknown
};

struct dy_queue_policy {
	struct dy_policy_head head;
	enum dy_queue_order order;
	// Of DY_QUEUE_KEYED: asked when the goroutine is queued, in whatever way it came;
	// it keeps its key until it runs. NULL: now, which makes a queue by age whose
	// order theft does not change.
	uint64_t (*key)(const struct dy_view *v, const struct dy_goroutine *g);
};

// place: where a goroutine goes that may run, and what a full queue gives up.
enum dy_place_event {
	DY_NEW,       // just spawned
	DY_WOKEN,     // by a channel, a lock, a timer
	DY_YIELDED,   // by dy_yield
	DY_PREEMPTED, // at the end of its slice
	DY_SYSRET,    // its call is over, and its P gone
};

enum dy_place {
	DY_PLACE_RUNNEXT, // this P's slot for what runs next
	DY_PLACE_TAIL,    // the tail of this P's queue
	DY_PLACE_LAST_P,  // for the P that it last ran on
	DY_PLACE_GLOBAL,  // the tail of the global queue
	DY_PLACE_RUN, // only for DY_NEW: runs at once, its spawner goes to the tail
};

struct dy_place_policy {
	struct dy_policy_head head;
	// Where to, on P p? Of DY_SYSRET p is the P that it had. What cannot be is
	// Go's rule: a spawner tied to its thread does not leave it, a keyed queue has
	// no runnext, and without a P (DY_SYSRET) all but DY_PLACE_LAST_P is the global
	// queue. Not asked about what threads without a P spawn and wake, nor about
	// what the poller finds. NULL: new and woken ones next, others globally.
	enum dy_place (*place)(const struct dy_view *v, int p,
	                       enum dy_place_event why);
	// The queue is full, which it is with 256: how many of its len Gs, the oldest,
	// go to the global queue? The core bounds the answer by 1 and half. NULL: half.
	// Not asked of keyed queues, which give up half.
	uint32_t (*overflow)(const struct dy_view *v, int p, uint32_t len);
};

// syscall: whose the P is while its goroutine is in a blocking call.
enum dy_syscall_mode {
	DY_SYSCALL_RETAKE,  // the M's, until sysmon takes it
	DY_SYSCALL_HANDOFF, // given on before the call begins
	DY_SYSCALL_POOL, // the same, and at most as many Ms are in calls as the first
	// parameter says: others park before theirs, first come first
	// served
};

// A P that a resize took away is taken whatever the policy says; at the M cap, where
// there is no thread for it, it is kept, and sysmon looks again.
struct dy_syscall_policy {
	struct dy_policy_head head;
	enum dy_syscall_mode mode;
	// Asked by sysmon at its rounds, for P p whose goroutine has been in a call
	// for in_call ns: shall it be taken? NULL: Go's rule, if somebody waits for
	// it or no P is free, else after 10 ms.
	bool (*retake)(const struct dy_view *v, int p, uint64_t in_call);
};

// idle: what an M does that is out of work, and how many a submission wakes.
//
// A table may not lose work: with nobody searching, a submission wakes an M while a P
// is idle, and an M that was woken searches, whatever the answers are.
struct dy_idle_policy {
	struct dy_policy_head head;
	// The M of P p is out of work that is at hand. Shall it search the other Ps,
	// though nobody woke it for that? NULL: Go's rule, if fewer search than half
	// of the busy Ps.
	bool (*search)(const struct dy_view *v, int p);
	// It has found nothing, and for spun ns now. Shall it search again, before it
	// gives up P p and parks? NULL: no. A plugin must say no at some time: that it
	// says yes after more than 10 ms is a breach, and taken for no.
	bool (*again)(const struct dy_view *v, int p, uint64_t spun);
	// Work was submitted on P p, while so many Ps are idle and so many Ms spin, that
	// is, search. How many more shall be woken to search? The core bounds the answer
	// by idle.
	// NULL: one if nobody searches.
	uint32_t (*wake)(const struct dy_view *v, int p, uint32_t idle,
	                 uint32_t spinning);
};

//---------------------------------------------------------------------------
// Plugins
//---------------------------------------------------------------------------

// A plugin is a shared object that exports, for each axis it implements, one table
// named dy_plugin_queue, dy_plugin_place and so on, of that axis's type. A whole one:
//
//	#include <dyno/policy.h>
//
//	// The next P by number, up to as many as the parameter says, then no more.
//	static int neighbour(const struct dy_view *v, int thief, uint32_t attempt)
//	{
//		if (attempt >= (uint32_t)dy_view_param(v, 0))
//			return DY_STOP;
//		return (thief + 1 + (int)attempt) % dy_view_procs(v);
//	}
//
//	static const struct dy_policy_param params[] = {
//		{"reach", "", 1, 64, 2, "how many neighbours are looked at"},
//		{0},
//	};
//
//	const struct dy_steal_policy dy_plugin_steal = {
//		.head = {.abi = DY_POLICY_ABI,
//		         .size = sizeof(struct dy_steal_policy),
//		         .name = "mine",
//		         .summary = "from the next Ps by number",
//		         .params = params},
//		.victim = neighbour,
//	};
//
// compiled, tried and measured by
//
//	cc -O2 -shared -fPIC -I runtime/include mine.c -o mine.so
//	scripts/conform --plugin ./mine.so
//	dyno run fib -P 4 --plugin ./mine.so --policy go1.27,steal=mine:3
//
// (-I where dyno/policy.h is, if it is not installed). In C++ tables are extern "C".
//
// Its name, of letters a-z, digits, - and ., is then a choice of the axis like a
// built-in's. Its functions see the scheduler through the view functions above,
// which the program provides, and may be called on several threads at once.
//
// The scheduler trusts no plugin. An answer that cannot be (a victim that is no
// P, a place that is none, a number of goroutines or of Ms that is negative as an
// int32_t, a search that shall go on after 10 ms), or a call that takes more than
// 10 ms of CPU, is a breach; the third of an axis ejects its table with a message, and
// Go's rule takes its place (queues stay what they are; keys become ages). A fault, or
// a call that does not return for a second, ends the process with exit status 8 and a
// message that names the function. What writes over memory that is not its own is beyond this.

// dy_policy_load loads a plugin, whose policies join the catalogue for good. 0, or
// -EINVAL with one line in err that names the fault; nothing of it is kept then.
// Only while no runtime runs, and by one thread at a time.
int dy_policy_load(const char *path, char *err, size_t errlen);
// dy_policy_ejected says why the policy of axis i was ejected from the runtime that
// runs or ran last; NULL: it was not.
const char *dy_policy_ejected(size_t i);

//---------------------------------------------------------------------------
// The catalogue, for help texts and checks
//---------------------------------------------------------------------------

// dy_policy_axis returns the name of axis i, and dy_policy_axis_help what it
// decides; NULL after the last.
const char *dy_policy_axis(size_t i);
const char *dy_policy_axis_help(size_t i);
// dy_policy_choice returns the head of choice j of axis i, built-ins first, then
// what was loaded; NULL after the last.
const struct dy_policy_head *dy_policy_choice(size_t i, size_t j);
// dy_policy_preset returns the name of preset i and, through spec, what it
// stands for ("steal=go,global=go61,..."), through help, which published rule it
// follows; NULL after the last. dy_policy_preset_lacks: what of that it leaves out.
const char *dy_policy_preset(size_t i, const char **spec, const char **help);
const char *dy_policy_preset_lacks(size_t i);
// dy_policy_check says whether spec ("go1.27,steal=one,preempt=sysmon:1ms") is
// a policy: 0, or -EINVAL with one line in err that names the fault and the
// nearest valid choices.
int dy_policy_check(const char *spec, char *err, size_t errlen);
// dy_policy_polls says whether spec is a policy whose slices are ended by polls that
// a compiler inserted (-fsanitize-coverage=trace-pc, of clang trace-pc,no-prune):
// code compiled without them is not preempted under it.
bool dy_policy_polls(const char *spec);
// dy_policy_rounds returns what spec promises of waiting (dy_policy_head): the product
// of what its choices promise; 0: nothing, or it is no policy.
uint32_t dy_policy_rounds(const char *spec);
// dy_policy_canon writes the shortest spec that means the same ("go1.27" for
// "go1.27,steal=go"): two specs that mean the same write the same text. 0, or
// -EINVAL: it is none; -ENAMETOOLONG: it does not fit into outlen bytes.
int dy_policy_canon(const char *spec, char *out, size_t outlen);

#ifdef __cplusplus
}
#endif
#endif
