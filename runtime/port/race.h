// race.h - what orders two goroutines, told to ThreadSanitizer.
//
// In user mode the goroutines' code is instrumented and this library is not: it
// is libdyno-tsan, compiled with DYNO_RACE. The detector knows each goroutine as a
// fiber of its own, between which a switch orders nothing; so it sees a race
// between two goroutines that run one after the other on the only thread. What
// does order them is announced here, by the file whose idea it is: who releases
// is ordered before whoever acquires at the same address later. In every other
// build all of this is nothing.
//
// The atomic words and locks of the runtime itself are invisible, and must be:
// that two goroutines met in a run queue does not order what they do elsewhere.
// Two things follow. Calls that the detector intercepts, as memcpy and realloc,
// are kept from it where they touch what goroutines share inside the library. And
// a party to an operation that is not running is spoken for: race_become.
//
// Where goroutines stand on recycled memory, the detector would take them for
// their predecessors: each gets a stack mapped for it alone (sched/stack.c).
//
// Source of the names, and of what is announced: Go's race annotations.
#ifndef PORT_RACE_H
#define PORT_RACE_H

#include "port/ctx.h"

#ifdef DYNO_RACE
enum { RACE = true };
#else
enum { RACE = false };
#endif

// A word that is released at for its own sake: what was released there before is
// forgotten. Nothing in other builds.
struct race_mark {
#ifdef DYNO_RACE
	unsigned char raw;
#endif
};

// RACE_FRAME; first in a public function, shows in a report where it was called:
// what is not instrumented leaves no frame of its own.
struct race_frame {
};

#define RACE_FRAME \
	__attribute__((unused, \
	               cleanup(race_frame_pop))) struct race_frame frame_ = \
		race_frame_push(__builtin_return_address(0))

#ifdef DYNO_RACE

void __tsan_func_entry(void *pc);
void __tsan_func_exit(void);
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
void __tsan_read_range(void *addr, unsigned long size);
void __tsan_write_range(void *addr, unsigned long size);
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);
void __tsan_atomic8_store(volatile unsigned char *addr, unsigned char v,
                          int order);
void __tsan_set_fiber_name(void *fiber, const char *name);

static inline struct race_frame race_frame_push(void *caller)
{
	__tsan_func_entry(caller);
	return (struct race_frame){};
}

static inline void race_frame_pop(struct race_frame *f)
{
	(void)f;
	__tsan_func_exit();
}

// race_acquire orders the caller after all that was released at this address.
static inline void race_acquire(const void *at)
{
	__tsan_acquire((void *)(uintptr_t)at);
}

// race_release_merge releases at an address, beside what was released there.
static inline void race_release_merge(const void *at)
{
	__tsan_release((void *)(uintptr_t)at);
}

// Between race_ignore_begin and race_ignore_end what the caller reads and writes
// is not looked at; its releases are.
static inline void race_ignore_begin(void)
{
	__tsan_ignore_thread_begin();
}

static inline void race_ignore_end(void)
{
	__tsan_ignore_thread_end();
}

// race_release releases in place of what was released before. Only a store is
// understood so.
static inline void race_release(struct race_mark *m)
{
	race_ignore_begin();
	__tsan_atomic8_store(&m->raw, 0, __ATOMIC_RELEASE);
	race_ignore_end();
}

// race_read and race_write announce an access that an operation makes in the
// name of its caller.
static inline void race_read(const void *p, size_t n)
{
	if (p && n)
		__tsan_read_range((void *)(uintptr_t)p, n);
}

static inline void race_write(const void *p, size_t n)
{
	if (p && n)
		__tsan_write_range((void *)(uintptr_t)p, n);
}

// race_become makes the caller speak for one that is not running, and returns
// who the caller is, to become that again. Nothing may give way in between.
static inline struct ctx_fiber race_become(struct ctx_fiber who)
{
	struct ctx_fiber self = {__tsan_get_current_fiber()};

	__tsan_switch_to_fiber(who.raw, CTX_FIBER_SWITCH);
	return self;
}

// race_spawn makes somebody who is ordered after what the caller has done.
static inline struct ctx_fiber race_spawn(const char *name)
{
	struct ctx_fiber f = {__tsan_create_fiber(0)};

	__tsan_set_fiber_name(f.raw, name);
	return f;
}

// race_discard forgets somebody.
static inline void race_discard(struct ctx_fiber who)
{
	__tsan_destroy_fiber(who.raw);
}

// race_end releases, at an address, all that somebody has done who will do no
// more; nobody, if there is none.
static inline void race_end(struct ctx_fiber who, const void *at)
{
	struct ctx_fiber self;

	if (!who.raw)
		return;
	self = race_become(who);
	race_release_merge(at);
	race_become(self);
}

#else

static inline struct race_frame race_frame_push(void *caller)
{
	(void)caller;
	return (struct race_frame){};
}

static inline void race_frame_pop(struct race_frame *f)
{
	(void)f;
}

static inline void race_acquire(const void *at)
{
	(void)at;
}

static inline void race_release_merge(const void *at)
{
	(void)at;
}

static inline void race_ignore_begin(void)
{
}

static inline void race_ignore_end(void)
{
}

static inline void race_release(struct race_mark *m)
{
	(void)m;
}

static inline void race_read(const void *p, size_t n)
{
	(void)p, (void)n;
}

static inline void race_write(const void *p, size_t n)
{
	(void)p, (void)n;
}

static inline struct ctx_fiber race_become(struct ctx_fiber who)
{
	return who;
}

static inline struct ctx_fiber race_spawn(const char *name)
{
	(void)name;
	return (struct ctx_fiber){};
}

static inline void race_discard(struct ctx_fiber who)
{
	(void)who;
}

static inline void race_end(struct ctx_fiber who, const void *at)
{
	(void)who, (void)at;
}

#endif

// race_acquire_g acquires for one that is not running.
static inline void race_acquire_g(struct ctx_fiber who, const void *at)
{
	struct ctx_fiber self = race_become(who);

	race_acquire(at);
	race_become(self);
}

#endif
