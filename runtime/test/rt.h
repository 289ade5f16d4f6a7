// rt.h - what the runtime's tests share: a run, a check, and a fork that dies.
//
// A goroutine must not use cmocka's assertions, which jump off the stack that
// they stand on. It uses rt_check, which ends the process.
#ifndef TEST_RT_H
#define TEST_RT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dyno/dyno.h>
#include <dyno/stats.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RT_SANITIZED 1
#endif
#endif

// RT_SCALE is how often to repeat: a tenth under a sanitizer or an emulator or on
// kernel threads; and a hundredth, once at least, on the virtual machine, which
// repeats by its seeds, and where an emulator makes the kernel threads.
#if defined(RT_SIM) || (defined(RT_THREADS) && defined(RT_EMULATED))
#define RT_SCALE(n) ((n) < 100 ? 1 : (n) / 100)
#elif defined(RT_SANITIZED) || defined(RT_EMULATED) || defined(RT_THREADS)
#define RT_SCALE(n) ((n) / 10)
#else
#define RT_SCALE(n) (n)
#endif

// As many goroutines as a test may have that wants many: each has a thread there.
#ifdef RT_THREADS
#define RT_GOROUTINES 500
#else
#define RT_GOROUTINES 10000
#endif

// Code that a signal may preempt.
#define RT_WORKLOAD __attribute__((section("dy_text"), noinline))

#define rt_check(fact) ((fact) ? (void)0 : rt_failed(#fact, __FILE__, __LINE__))
_Noreturn void rt_failed(const char *fact, const char *file, int line);

// rt_config is a configuration with a fixed seed; policy NULL: Go's.
struct dy_config rt_config(int procs, const char *policy);
// rt_run runs fn(arg) as main goroutine, which must come to its end.
void rt_run(int procs, const char *policy, dy_fn fn, void *arg);
void rt_run_config(struct dy_config cfg, dy_fn fn, void *arg);
// rt_stats is what the running or the last runtime has counted.
struct dy_stats rt_stats(void);
// rt_join lets others run until the caller is the last goroutine.
void rt_join(void);

// rt_expect_fatal runs fn as main goroutine of a child process, which must end
// with this exit status and say this on standard error. rt_last_words is all
// that it said.
void rt_expect_fatal(struct dy_config cfg, dy_fn fn, int status,
                     const char *text);
// rt_start is the first half of it, for several children at a time, and rt_expect_end
// the second.
struct rt_child {
	int pid;
	int errors; // what it says
};
struct rt_child rt_start(struct dy_config cfg, dy_fn fn);
void rt_expect_end(struct rt_child child, int status, const char *text);
const char *rt_last_words(void);

#endif
