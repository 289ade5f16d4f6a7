// steps.c - single-stepping a child by ptrace.
//
// The child is a fork, not another program: whatever was mapped before the fork lies at
// the same addresses here, so that an instruction is read from our own memory. The marks
// are signals to the thread itself, which the parent swallows; what they execute is the
// same each time, and drops out of the difference of two counts.
#include "steps.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEGIN = SIGUSR1, END = SIGUSR2, TIMEOUT_S = 60, NOT_TRACED = 77 };

void steps_begin(void)
{
	raise(BEGIN);
}

void steps_end(void)
{
	raise(END);
}

// FF /2 calls and FF /4 jumps by an operand; 3E (notrack), 66 and 40..4F may precede.
static bool is_indirect(uintptr_t pc)
{
	unsigned char code[15];

	memcpy(code, (const void *)pc, sizeof code);
	for (size_t i = 0; i + 1 < sizeof code; i++) {
		unsigned char c = code[i], field = code[i + 1] >> 3 & 7;

		if (c == 0xff)
			return field == 2 || field == 4;
		if (c != 0x3e && c != 0x66 && c >> 4 != 4)
			return false;
	}
	return false;
}

static void note_target(struct steps *s, uintptr_t to)
{
	unsigned i = 0;

	s->indirect++;
	while (i < s->targets && s->target[i].to != to)
		i++;
	if (i == STEPS_TARGETS)
		return;
	if (i == s->targets) {
		s->target[i].to = to;
		s->targets++;
	}
	s->target[i].times++;
}

// A tracee that was stopped: how it is let go on, and what that is part of.
struct watch {
	pid_t pid;
	struct steps *found;
	int n, at; // found[at] is being counted, or the next
	bool counting;
	bool jumping; // the instruction before was indirect
	bool gone;    // the child has ended
};

// The child is gone, or this kernel does not let it be stepped.
static int refused(void)
{
	return errno == ESRCH ? -ECHILD : -ENOTSUP;
}

static int step(struct watch *w)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, w->pid, NULL, &regs) != 0)
		return refused();
	w->found[w->at].instructions++;
	if (w->jumping)
		note_target(&w->found[w->at], regs.rip);
	w->jumping = is_indirect(regs.rip);
	return 0;
}

// The signal that the child goes on with, 0 for none; or -errno.
static int take_stop(struct watch *w, int signal)
{
	if (signal == BEGIN && w->at < w->n) {
		memset(&w->found[w->at], 0, sizeof w->found[0]);
		w->counting = true;
		w->jumping = false;
		return 0;
	}
	if (signal == END && w->counting) {
		w->counting = false;
		w->at++;
		return 0;
	}
	if (!w->counting || signal == SIGALRM)
		return signal;
	return signal == SIGTRAP ? step(w) : 0;
}

static int meaning(const struct watch *w, int exit_status)
{
	switch (exit_status) {
	case 0:
		return w->at;
	case NOT_TRACED:
		return -ENOTSUP;
	case STEPS_AGAIN:
		return -EAGAIN;
	default:
		return -ECHILD;
	}
}

// Returns how many were counted, or -errno.
static int watch(struct watch *w)
{
	int status, go_on;

	for (;;) {
		if (waitpid(w->pid, &status, 0) < 0)
			return -errno;
		w->gone = WIFEXITED(status) || WIFSIGNALED(status);
		if (w->gone)
			break;
		go_on = take_stop(w, WSTOPSIG(status));
		if (go_on < 0)
			return go_on;
		if (ptrace(w->counting ? PTRACE_SINGLESTEP : PTRACE_CONT,
		           w->pid, NULL, (long)go_on) != 0)
			return refused();
	}
	return WIFEXITED(status) ? meaning(w, WEXITSTATUS(status)) : -ECHILD;
}

int steps_run(void (*fn)(void *arg), void *arg, struct steps *found, int n)
{
	struct watch w = {.pid = fork(), .found = found, .n = n};
	int got;

	if (w.pid < 0)
		return -errno;
	if (w.pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(NOT_TRACED);
		alarm(TIMEOUT_S);
		fn(arg);
		_exit(0);
	}
	got = watch(&w);
	if (!w.gone) {
		kill(w.pid, SIGKILL);
		waitpid(w.pid, NULL, 0);
	}
	return got;
}
