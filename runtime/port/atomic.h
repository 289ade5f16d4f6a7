// atomic.h - every operation on a word that two threads share.
//
// Shared words are the struct types of dyno/word.h, so that plain access does
// not compile, and each operation is named by its ordering:
//
//   _rlx     atomic, orders nothing
//   _acq     what follows stays after it      (loads)
//   _rel     what precedes stays before it    (stores)
//   _ar      both                             (read-modify-writes)
//   _full    both, and a StoreLoad barrier: a later load of anything is not
//            done before it
//   _own     by the only thread that ever writes the word: a relaxed load and
//            store, no locked instruction; readers get an old or a new value
//
// An access that another thread can disturb passes interleave() first. On the
// real machine that is nothing; in the virtual one it is the place where
// another M may run. _own accesses are no such place: counters would drown it.
//
// Rejected: C11 _Atomic (a plain `x = y` compiles into a sequentially
// consistent store and hides who shares what), and mfence, which costs 17 ns
// where a locked instruction on the stack costs 2.
#ifndef PORT_ATOMIC_H
#define PORT_ATOMIC_H

#include <dyno/word.h>
#include <stdbool.h>

#include "interleave.h" // port/linux or port/sim, by include path

#define ATOMIC_WORD(W, T) \
	static inline T W##_load_rlx(const struct dy_##W *w) \
	{ \
		interleave(w); \
		return __atomic_load_n(&w->raw_, __ATOMIC_RELAXED); \
	} \
	static inline T W##_load_acq(const struct dy_##W *w) \
	{ \
		interleave(w); \
		return __atomic_load_n(&w->raw_, __ATOMIC_ACQUIRE); \
	} \
	static inline T W##_load_own(const struct dy_##W *w) \
	{ \
		return __atomic_load_n(&w->raw_, __ATOMIC_RELAXED); \
	} \
	static inline void W##_store_rlx(struct dy_##W *w, T v) \
	{ \
		interleave(w); \
		__atomic_store_n(&w->raw_, v, __ATOMIC_RELAXED); \
	} \
	static inline void W##_store_rel(struct dy_##W *w, T v) \
	{ \
		interleave(w); \
		__atomic_store_n(&w->raw_, v, __ATOMIC_RELEASE); \
	} \
	static inline void W##_store_own(struct dy_##W *w, T v) \
	{ \
		__atomic_store_n(&w->raw_, v, __ATOMIC_RELAXED); \
	} \
	/* Returns whether *w was *old and became v; else *old is what it was. */ \
	static inline bool W##_cas_ar(struct dy_##W *w, T *old, T v) \
	{ \
		interleave(w); \
		return __atomic_compare_exchange_n(&w->raw_, old, v, false, \
		                                   __ATOMIC_ACQ_REL, \
		                                   __ATOMIC_ACQUIRE); \
	} \
	/* The old value. */ \
	static inline T W##_swap_ar(struct dy_##W *w, T v) \
	{ \
		interleave(w); \
		return __atomic_exchange_n(&w->raw_, v, __ATOMIC_ACQ_REL); \
	}

#define ATOMIC_NUMBER(W, T) \
	/* The new value. */ \
	static inline T W##_add_ar(struct dy_##W *w, T n) \
	{ \
		interleave(w); \
		return __atomic_add_fetch(&w->raw_, n, __ATOMIC_ACQ_REL); \
	} \
	static inline T W##_add_rlx(struct dy_##W *w, T n) \
	{ \
		interleave(w); \
		return __atomic_add_fetch(&w->raw_, n, __ATOMIC_RELAXED); \
	} \
	/* The old value. */ \
	static inline T W##_or_ar(struct dy_##W *w, T bits) \
	{ \
		interleave(w); \
		return __atomic_fetch_or(&w->raw_, bits, __ATOMIC_ACQ_REL); \
	} \
	static inline T W##_and_ar(struct dy_##W *w, T bits) \
	{ \
		interleave(w); \
		return __atomic_fetch_and(&w->raw_, bits, __ATOMIC_ACQ_REL); \
	} \
	static inline void W##_add_own(struct dy_##W *w, T n) \
	{ \
		__atomic_store_n(&w->raw_, \
		                 __atomic_load_n(&w->raw_, __ATOMIC_RELAXED) + n, \
		                 __ATOMIC_RELAXED); \
	}

ATOMIC_WORD(w32, uint32_t)
ATOMIC_NUMBER(w32, uint32_t)
ATOMIC_WORD(w64, uint64_t)
ATOMIC_NUMBER(w64, uint64_t)
ATOMIC_WORD(wptr, void *)

#undef ATOMIC_WORD
#undef ATOMIC_NUMBER

// fence_full is the StoreLoad barrier: no load after it is done before a store
// in front of it. Both sides of a "publish, then look" pair need one.
static inline void fence_full(void)
{
#if defined(__x86_64__)
	__asm__ volatile("lock orl $0, -8(%%rsp)" ::: "memory", "cc");
#elif defined(__aarch64__)
	__asm__ volatile("dmb ish" ::: "memory");
#else
#error "fence_full: no barrier known for this architecture"
#endif
	fence_point();
}

// wptr_swap_full is a swap that is a StoreLoad barrier too. On x86-64 the
// locked instruction is one already.
static inline void *wptr_swap_full(struct dy_wptr *w, void *v)
{
	void *old = wptr_swap_ar(w, v);
#if !defined(__x86_64__)
	fence_full();
#endif
	return old;
}

#endif
