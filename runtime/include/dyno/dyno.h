// dyno.h - goroutines in C: start a runtime, spawn, yield, block, burn CPU.
//
// The words are Go's. A G is a goroutine, an M a kernel thread, a P the right
// to run Gs; GOMAXPROCS is the number of Ps. Every function below says which
// of the three it blocks:
//   G  the calling goroutine is parked, its M and P run other goroutines;
//   M  the kernel thread sleeps in the kernel, its P may be taken away;
//   P  nothing else runs on this P meanwhile.
//
// Units: times are nanoseconds of the monotonic clock, sizes are bytes.
// Errors: a function that can fail returns 0 or a negative errno value. No
// function here sets errno: it is thread-local, and a G changes threads.
#ifndef DYNO_DYNO_H
#define DYNO_DYNO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DY_PROCS_MAX 4096            // the largest GOMAXPROCS
#define DY_MAX_THREADS_DEFAULT 10000 // Go's debug.SetMaxThreads default
#define DY_STACK_DEFAULT (64 * 1024)
#define DY_WORK_RATE_MIN (1 << 10) // a step of dy_work takes a microsecond,
#define DY_WORK_RATE_MAX (1 << 30) // or a picosecond: neither is a machine's

typedef void (*dy_fn)(void *arg);

//---------------------------------------------------------------------------
// A runtime
//---------------------------------------------------------------------------

// What keeps a goroutine from running over the end of its stack.
enum dy_stack_guard {
	DY_GUARD_AUTO,   // guard pages, or a canary where the kernel has none
	DY_GUARD_ALWAYS, // guard pages, or the spawn is refused
	DY_GUARD_NEVER,  // no guard (to measure what guards cost)
};

// Hooks run on the M that they name, on its g0, outside any goroutine. They
// must not call back into this library.
struct dy_hooks {
	void *arg;
	void (*m_start)(void *arg, int m); // before M runs its first G
	void (*m_stop)(void *arg, int m); // after its last; the thread ends next
	// M has taken a P other than the one it last held. NULL is cheapest.
	void (*m_takes_p)(void *arg, int m, int p);
};

// A zeroed dy_config is Go's behaviour: every 0 or NULL means "the default".
struct dy_config {
	const char *policy;    // "go1.27,steal=one"; NULL is "go1.27"
	int procs;             // GOMAXPROCS; 0: the environment, else the CPUs
	int m_cap;             // most Ms that run Gs (sysmon not counted), a
			       // research knob; must be >= procs; 0: no cap
	uint64_t m_idle_limit; // ns after which an idle M ends; 0: never, as Go
	int max_threads;       // Go's SetMaxThreads: crossing it is fatal
	size_t stack_size;     // per goroutine, rounded up to whole pages
	enum dy_stack_guard stack_guard;
	uint64_t seed; // of every random choice; 0: drawn, see dy_seed
	const uint16_t *distance; // distance[i * n_distance + j] between Ps i and
	int n_distance;           // j, in any unit; NULL: all the same
	struct dy_hooks hooks;
	uint64_t work_rate; // of dy_work, see dy_work_calibrate; 0: calibrated
			    // by this process when it first works
};

// dy_config_check says whether dy_run would accept cfg: 0, or -EINVAL with one
// line in err, of errlen bytes, that names the fault and the nearest valid choices.
// Blocks: nothing.
int dy_config_check(const struct dy_config *cfg, char *err, size_t errlen);

// dy_run starts a runtime on the calling thread, runs fn(arg) as its main
// goroutine, and returns when fn has returned, every M has left its goroutine
// and everything is given back. Other goroutines that still exist are
// abandoned where they stand, as when Go's main returns; one that sits in a C
// call is waited for. One runtime per process at a time.
// Returns 0, -EINVAL (see dy_config_check), -EBUSY, -ENOMEM or -EAGAIN.
// A deadlock, thread exhaustion or a stack overflow ends the process with a
// report on standard error and exit status 2, as in Go.
// Blocks: the calling thread, for all that time. cfg stays the caller's.
int dy_run(const struct dy_config *cfg, dy_fn fn, void *arg);

// dy_seed returns the seed of the running runtime, drawn or given. Blocks:
// nothing.
uint64_t dy_seed(void);

// dy_gomaxprocs sets the number of Ps to n, when n is positive, and returns
// the number before. Idle Ps go at once, running ones at their next scheduling
// point; their queued Gs move to the global queue. n above DY_PROCS_MAX is
// taken as DY_PROCS_MAX. Blocks: nothing.
int dy_gomaxprocs(int n);

// dy_set_max_threads sets the limit whose crossing is fatal and returns the
// one before. Blocks: nothing. Source: runtime/debug.SetMaxThreads.
int dy_set_max_threads(int n);

//---------------------------------------------------------------------------
// Goroutines
//---------------------------------------------------------------------------

// dy_go runs fn(arg) in a new goroutine, placed where the policy says (Go:
// next on this P). arg belongs to the caller until fn takes it. Only for
// goroutines. Fatal when there is no memory for the record (200 bytes); the
// stack is taken when the G first runs. Blocks: nothing.
void dy_go(dy_fn fn, void *arg);

// dy_go_sized is dy_go with a word on how much work it will be, in any unit, for
// policies that run the shortest first (queue=sjf); others ignore it. 0: unknown.
// Blocks: nothing.
void dy_go_sized(dy_fn fn, void *arg, uint64_t size);

// dy_go_stack is dy_go with a stack of at least stack_size bytes (0: the
// runtime's default), which is rounded up to a power of two from 16 KiB on. Fatal
// above 1 GiB. Blocks: nothing.
void dy_go_stack(dy_fn fn, void *arg, size_t stack_size);

// dy_exit ends the calling goroutine (Go's runtime.Goexit). Blocks: nothing.
__attribute__((noreturn)) void dy_exit(void);

// dy_yield lets others run (Go's runtime.Gosched). Blocks: G, not for long.
void dy_yield(void);

// dy_lock_os_thread ties the caller to its M: it runs on no other thread, and
// the M runs nothing else, until it was unlocked as often as locked. A goroutine
// that ends locked ends its thread. Each wait then costs two thread switches.
// Block: nothing.
void dy_lock_os_thread(void);
void dy_unlock_os_thread(void);

// Between dy_thread_enter and dy_thread_leave a thread that is no M may call
// dy_go, dy_wg_add, dy_wg_done, dy_sema_release, dy_chan_try_send,
// dy_chan_try_recv and dy_chan_close. dy_run waits for it to leave. A runtime
// must run all the while; deadlocks are not reported meanwhile.
// Returns 0, -EALREADY (it is a goroutine, or has entered) or -ENOMEM. Block:
// nothing.
int dy_thread_enter(void);
void dy_thread_leave(void);

// dy_goid returns the caller's id: unique, not ordered by creation. Blocks:
// nothing.
uint64_t dy_goid(void);

// dy_num_goroutine returns how many goroutines exist, the caller included. Blocks:
// nothing.
int64_t dy_num_goroutine(void);

//---------------------------------------------------------------------------
// Preemption
//---------------------------------------------------------------------------

// dy_poll is a preemption point: one load and a branch that is not taken.
// Every call of this library that may switch is one too. Blocks: G, if its slice
// is over.
void dy_poll(void);

// Between dy_nopreempt_begin and dy_nopreempt_end (they nest) the goroutine is
// not preempted by a signal. Needed around a C call that calls back into
// preemptible code while holding a lock of its own (qsort is fine, a
// dl_iterate_phdr callback is not). Blocks: nothing; P cannot be shared.
void dy_nopreempt_begin(void);
void dy_nopreempt_end(void);

//---------------------------------------------------------------------------
// Burning and blocking
//---------------------------------------------------------------------------

// dy_work burns about ns of CPU: a calibrated number of iterations, preemptible
// and free of system calls, so that a preempted dy_work takes longer on the
// clock and not less of the CPU. Blocks: P.
void dy_work(uint64_t ns);

// dy_work_calibrate measures how many steps of dy_work's loop make 2^20 ns (about
// a millisecond) of an undisturbed CPU, within DY_WORK_RATE_MIN and _MAX. Who
// compares processes calibrates once and hands the result to each as
// dy_config.work_rate, so that the same dy_work is the same work in all. Blocks:
// the calling thread, for about a millisecond of its CPU.
// dy_work_rate is the rate in use. Blocks: P, as above, if it is not yet known.
// Both are 0 in the virtual machine, where work is time and has no steps.
uint64_t dy_work_calibrate(void);
uint64_t dy_work_rate(void);

// dy_block blocks in a read(2) that returns after ns, as a C library that
// waits for a device would. Blocks: G and M; the P follows the syscall policy.
void dy_block(uint64_t ns);

// dy_blocking calls fn(arg), which may block in the kernel, under the system
// call protocol. Blocks: G and M. fn must not call this library.
void dy_blocking(dy_fn fn, void *arg);

#ifdef __cplusplus
}
#endif
#endif
