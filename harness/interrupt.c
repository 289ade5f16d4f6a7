// interrupt.c - stopping in good order: SIGINT, SIGTERM and SIGHUP only set a
// flag, and are let in at one place. And not stopping where a write fails.
#include "interrupt.h"

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};

enum { STOPPING = sizeof stopping / sizeof *stopping };

static volatile sig_atomic_t seen;
static sigset_t before, waiting; // masks: as it was, and while we wait
static struct sigaction old[STOPPING];
static bool caught;

// What a write to a closed pipe, or beyond the limit of a file, kills with.
static const int of_writes[] = {SIGPIPE, SIGXFSZ};

enum { OF_WRITES = sizeof of_writes / sizeof *of_writes };

static struct sigaction old_of_writes[OF_WRITES];
static bool ignored;

static void note(int sig)
{
	if (sig != SIGCHLD)
		seen = 1;
}

void interrupt_catch(void)
{
	struct sigaction action = {.sa_handler = note};
	sigset_t ours;

	sigemptyset(&action.sa_mask);
	sigemptyset(&ours);
	sigaddset(&ours, SIGCHLD);
	sigaction(SIGCHLD, &action, NULL);
	for (int i = 0; i < STOPPING; i++) {
		sigaction(stopping[i], NULL, &old[i]);
		// What was ignored from the start (nohup) stays ignored.
		if (old[i].sa_handler == SIG_IGN)
			continue;
		sigaction(stopping[i], &action, NULL);
		sigaddset(&ours, stopping[i]);
	}
	sigprocmask(SIG_BLOCK, &ours, &before);
	waiting = before;
	for (int sig = 1; sig < NSIG; sig++)
		if (sigismember(&ours, sig) == 1)
			sigdelset(&waiting, sig);
	caught = true;
}

const sigset_t *interrupt_mask(void)
{
	return &waiting;
}

bool interrupt_seen(void)
{
	sigset_t pending;

	if (seen || !caught)
		return seen;
	sigpending(&pending);
	for (int i = 0; i < STOPPING; i++)
		if (sigismember(&pending, stopping[i]) == 1)
			return true;
	return false;
}

void interrupt_ignore_writes(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	for (int i = 0; i < OF_WRITES; i++)
		sigaction(of_writes[i], &ignore, &old_of_writes[i]);
	ignored = true;
}

void interrupt_reset(void)
{
	for (int i = 0; ignored && i < OF_WRITES; i++)
		sigaction(of_writes[i], &old_of_writes[i], NULL);
	if (!caught)
		return;
	for (int i = 0; i < STOPPING; i++)
		sigaction(stopping[i], &old[i], NULL);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}
