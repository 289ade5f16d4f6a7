// port.h - THE SEAM: all that the scheduler ever asks of the machine.
//
// Two implementations, chosen by include path and link: linux/ is the real
// machine, sim/ a virtual one. Above this header nobody names a system call, a
// thread, a clock, errno or a thread-local. Results are counts, or 0, or
// -errno. Times are ns of port_now's clock.
#ifndef PORT_PORT_H
#define PORT_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "atomic.h"
#include "self.h" // struct m *port_m(void): the current M, valid until a switch
#include "ticks.h" // uint64_t port_ticks(void): a clock for short spans, of any rate

struct m;

enum { CACHE_LINE = 64 };
#define PORT_FOREVER UINT64_MAX // as a deadline: none

//---------------------------------------------------------------------------
// Threads
//---------------------------------------------------------------------------

// What the port keeps of an M's thread; embedded in the M, written by the port.
struct port_thread {
	uintptr_t handle;    // to join it
	struct dy_w32 tid;   // the kernel's name for it; 0 once it is gone
	void *alt_stack;     // its signal stack
	void *old_alt_stack; // what the thread had before; NULL: none
	size_t old_alt_size;
	int old_slack; // of its timers, in ns
	void *timer;   // of its ticks, if has_timer
	bool has_timer;
	uint64_t tick_period;
	struct dy_w32 ticks; // that came, by its signal handler
	uint32_t overrun;    // of those, the last so many met the next one
	int block_fd;        // the descriptor it blocks in; -1: none yet
	struct port_timer {
		bool runs;
		void *handle;
	} watch[2];            // by enum port_watch
	const void *stack_low; // its own stack, which is g0's
	size_t stack_size;
	void *way_out; // of a task: where it ends, see linux/task.h
};

// port_thread_start starts a thread that calls fn(mp) with port_m() == mp.
// t stays the caller's. -EAGAIN or -ENOMEM when the system refuses.
int port_thread_start(struct port_thread *t, struct m *mp,
                      void (*fn)(struct m *mp));
// port_thread_join waits until the thread has ended and frees what was its.
void port_thread_join(struct port_thread *t);
// port_thread_adopt makes the calling thread one of ours, and
// port_thread_release gives it back as it was.
int port_thread_adopt(struct port_thread *t, struct m *mp);
void port_thread_release(struct port_thread *t);

//---------------------------------------------------------------------------
// Waiting
//---------------------------------------------------------------------------

// port_futex_wait sleeps while *w == expect, until woken or the deadline. It
// may return early for no reason. Returns false when the deadline has passed.
bool port_futex_wait(struct dy_w32 *w, uint32_t expect, uint64_t deadline);
void port_futex_wake(struct dy_w32 *w, int n);

// port_relax is one short pause in a loop that waits for another thread.
void port_relax(void);
// port_spin_until pauses until *w is no longer old, or the deadline.
void port_spin_until(struct dy_w32 *w, uint32_t old, uint64_t deadline);

uint64_t port_now(void);
void port_sleep(uint64_t ns);
// port_sleep_lightly lets the sleeps and waits of the calling thread last longer, by what
// the system adds to those of any thread that does not mind (50 us on Linux).
void port_sleep_lightly(void);

//---------------------------------------------------------------------------
// Preemption
//---------------------------------------------------------------------------

// port_signals_open installs the handlers; _close puts back what was there.
// watched: code that is not ours runs on Ms. Their threads then get timers, for
// watch_tick, and every kind of fault is told to fault_here.
int port_signals_open(bool watched);
void port_signals_close(void);
// port_kick interrupts an M's thread. Where the code it meets can be
// preempted, preempt_here runs on the stack of the interrupted goroutine.
void port_kick(struct port_thread *t);

// port_tick has the calling thread, whose t is, ticked every period ns, which
// interrupts it as a kick does; 0 stops it. -EAGAIN: no timer to be had. A signal
// handler may call it once it has succeeded. Where the next
// tick comes before the thread is through with the last, and so on, it would do nothing
// else: the period doubles until it does. port_tick_overrun tells one that was too
// short, of any thread, once; 0: none was. port_tick_cost measures, for twenty periods of
// 100 us at least, what a tick takes from the thread; 0: it cannot tell.
int port_tick(struct port_thread *t, uint64_t period);
uint64_t port_tick_overrun(void);
uint64_t port_tick_cost(struct port_thread *t, uint64_t period);

// port_polls has every n-th of the polls that a compiler inserted call preempt_look,
// counted per thread; 0: none of them. Code without polls knows nothing of it.
void port_polls(uint32_t n);

// Upcalls, implemented by sched/preempt.c. preempt_tick runs in the signal handler
// at each tick, and may make a request. preempt_ok runs in the signal
// handler: may the current M, interrupted at stack pointer sp, be preempted
// here, which takes room bytes of stack (SIZE_MAX: the port cannot)?
// preempt_here runs on the goroutine's stack and returns when it has the CPU
// again, maybe on another M.
bool preempt_ok(uintptr_t sp, size_t room);
void preempt_here(void);
void preempt_tick(void);
// preempt_look runs where an inserted poll is, on any stack of any thread, and
// returns, maybe on another M, when the goroutine has the CPU again.
void preempt_look(void);
// Upcalls from signal handlers, by sched/fault.c: the current M met a signal of a
// fault, at addr (returns if it is not known who is to blame), and somebody asked
// for a dump of all goroutines.
void fault_here(const char *signal, uintptr_t addr);
void quit_asked(void);
// Upcall from a signal handler, by sched/guard.c: the current M's thread has run
// for another PORT_WATCH_CPU ns, or has lived for another PORT_WATCH_WALL ns.
enum port_watch { PORT_WATCH_CPU, PORT_WATCH_WALL };
#define PORT_WATCH_CPU_NS 10000000
#define PORT_WATCH_WALL_NS 250000000
void watch_tick(enum port_watch what);

//---------------------------------------------------------------------------
// Memory
//---------------------------------------------------------------------------

size_t port_page_size(void);
// port_map returns zeroed memory, reserved but not yet resident; NULL: none.
void *port_map(size_t size);
void port_unmap(void *addr, size_t size);
// port_forget gives the memory of whole pages back at once; they stay mapped and
// are zero when they are touched next. 0, or -errno.
int port_forget(void *addr, size_t size);

enum port_guard { PORT_GUARD_MADVISE, PORT_GUARD_MPROTECT, PORT_GUARD_NONE };
// port_guard_probe finds out, by effect, the cheapest guard that works here.
enum port_guard port_guard_probe(void);
// port_guard makes [addr, addr + size) fault when touched.
int port_guard_set(enum port_guard how, void *addr, size_t size);

//---------------------------------------------------------------------------
// Readiness
//---------------------------------------------------------------------------

enum { PORT_READ = 1, PORT_WRITE = 2 };

struct port_event {
	uint64_t token;
	unsigned ready; // PORT_READ | PORT_WRITE
};

// One poller per process. Descriptors are watched edge-triggered, both ways.
int port_poll_open(void);
void port_poll_close(void);
int port_poll_add(int fd, uint64_t token);
int port_poll_del(int fd);
// port_poll_wait waits until the deadline (0: does not wait) and returns how
// many events it stored. 0 also when port_poll_wake ended it.
int port_poll_wait(struct port_event *ev, int n, uint64_t deadline);
void port_poll_wake(void);

//---------------------------------------------------------------------------
// Sockets, pipes, files
//---------------------------------------------------------------------------

// Descriptors are non-blocking: -EAGAIN means "wait in the poller".
int port_tcp_listen(uint16_t port, int backlog);
int port_tcp_port(int fd);
int port_accept(int fd);
int port_tcp_dial(uint16_t port, int *fd); // -EINPROGRESS: wait for PORT_WRITE
// port_dialled: 0, or why it failed, or -EINPROGRESS: it is not known yet.
int port_dialled(int fd);
// Unix sockets: names as in dyno/io.h. port_unix_unlink removes the path that a
// listener is bound to; false: fd is no listener with a path.
int port_unix_listen(const char *name, int backlog);
int port_unix_name(int fd, char *out, size_t n);
bool port_unix_unlink(int fd);
int port_unix_dial(const char *name, int *fd); // -EAGAIN: the backlog is full
int port_pipe(int fd[2]);
ssize_t port_read(int fd, void *buf, size_t n);
ssize_t port_write(int fd, const void *buf, size_t n);
int port_close(int fd);

// port_set_blocking makes a descriptor's calls block the thread. 0, or -errno.
int port_set_blocking(int fd);

// Files block the thread. flags are DY_FILE_*.
int port_file_open(const char *path, unsigned flags);
ssize_t port_file_pread(int fd, void *buf, size_t n, uint64_t offset);
ssize_t port_file_pwrite(int fd, const void *buf, size_t n, uint64_t offset);
int port_file_sync(int fd);

// Calls that the kernel completes by itself, one ring of them per process. The
// descriptor that port_ring_open returns becomes readable when one is complete;
// -ENOTSUP: not on this system. Putting and taking need the caller's lock.
struct port_call {
	bool writes;
	int fd;
	void *buf;
	size_t n;
	uint64_t offset; // UINT64_MAX: of what has none
	uint64_t token;
};
struct port_result {
	uint64_t token;
	int result; // a count, or -errno; -ECANCELED: the submitting thread has ended
};
int port_ring_open(void);
// port_ring_close cancels the calls that are under way, so many, and returns when
// the kernel uses their buffers no more.
void port_ring_close(uint32_t calls);
bool port_ring_put(const struct port_call *c); // false: no room, submit first
// port_ring_submit has the kernel begin with what was put. -EAGAIN, -EBUSY, -EINTR:
// again, later.
int port_ring_submit(void);
int port_ring_take(struct port_result *out, int max); // how many

//---------------------------------------------------------------------------
// Burning and blocking
//---------------------------------------------------------------------------

// port_work burns ns of CPU, preemptibly. Returns what its last step computed, the
// same for the same work, whatever polls there are in it.
uint64_t port_work(uint64_t ns);

// The rate of port_work is how many steps of its loop make 2^20 ns; a world
// without such a loop says 0 and takes none. port_work_calibrate measures it, in
// about a millisecond. port_work_give_rate sets it, 0 to one that the process
// measures itself, before the runtime runs; port_work_rate is the one in use.
uint64_t port_work_calibrate(void);
void port_work_give_rate(uint64_t rate);
uint64_t port_work_rate(void);

// port_block blocks the thread in a read(2) for ns.
void port_block(struct port_thread *t, uint64_t ns);

//---------------------------------------------------------------------------
// Shared objects
//---------------------------------------------------------------------------

// port_library_open loads the file into the process; NULL, with a line in err: it
// cannot be. port_library_symbol finds what it exports; NULL: nothing of that name.
void *port_library_open(const char *path, char *err, size_t errlen);
void *port_library_symbol(void *library, const char *name);
void port_library_close(void *library);

//---------------------------------------------------------------------------
// The host
//---------------------------------------------------------------------------

int port_cpus(void); // that this process may run on
// port_cpu_limit is the tightest CPU quota of this process's control groups and
// their ancestors, in CPUs; 0: none. sysroot is "" but in tests.
double port_cpu_limit(const char *sysroot);
uint64_t port_resident(void); // bytes of this process's memory; 0: unknown
uint64_t port_entropy(void);
const char *port_getenv(const char *name);
// port_symbol names the code at pc: "program(function+0x1f)", or with the offset
// in the file alone, for addr2line. Returns out.
const char *port_symbol(uintptr_t pc, char *out, size_t n);
void port_stderr(const char *text, size_t n);
_Noreturn void port_exit(int status); // at once, no clean-up

#endif
