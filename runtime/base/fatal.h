// fatal.h - the end of a process whose runtime cannot go on.
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

// Exit statuses of a fatal error.
enum {
	FATAL_STATUS = 2,   // Go's, of every fatal error
	STARVED_STATUS = 7, // the M cap left nobody to make progress
	HOOK_STATUS = 8,    // a plugin's hook faulted, or did not return
};

// fatal prints "fatal error: ..." on standard error and ends the process.
// For what the program did: a deadlock, a misused lock, no memory.
_Noreturn void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fatal_status(int status, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

// dy_throw is fatal for what this library did: a broken invariant. The message
// is "function: fact".
_Noreturn void dy_throw(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

// say prints a line on standard error, in one write.
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

// dy_assert holds in builds with DYNO_CHECKS and is not evaluated in others.
#ifdef DYNO_CHECKS
#define dy_assert(fact) \
	((fact) ? (void)0 : dy_throw("%s: not %s", __func__, #fact))
#else
#define dy_assert(fact) ((void)sizeof(fact))
#endif

#endif
