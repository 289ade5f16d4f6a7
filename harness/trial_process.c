// trial_process.c - a trial's program as a process: started, watched, ended.
//
// fork and exec rather than posix_spawn: between the two stands the keeper, and
// the program binds itself to its CPUs, so that it never runs elsewhere. What
// fails there is told through a pipe that exec closes: reading nothing from it
// means that the program runs.
//
// The parent has one thread and waits in one place: ppoll on the outputs, with
// SIGCHLD and the stopping signals let in only there.
#include "trial_process.h"

#include "complain.h"
#include "interrupt.h"
#include "keeper.h"
#include "now.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GRACE UINT64_C(2000000000) // between asking and killing

enum { READ, WRITE, PROCESSES_MAX = 4 };

//---------------------------------------------------------------------------
// Starting
//---------------------------------------------------------------------------

// The four pipes from the child, as pipe(2) makes them.
struct pipes {
	int out[2], err[2], exec[2], end[2];
};

static void close_both(int pipe[2])
{
	for (int i = READ; i <= WRITE; i++)
		if (pipe[i] >= 0)
			close(pipe[i]);
}

static void close_pipes(struct pipes *p)
{
	close_both(p->out);
	close_both(p->err);
	close_both(p->exec);
	close_both(p->end);
}

static int open_pipes(struct pipes *p)
{
	*p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
	return pipe2(p->out, O_CLOEXEC) == 0 && pipe2(p->err, O_CLOEXEC) == 0 &&
	                       pipe2(p->exec, O_CLOEXEC) == 0 &&
	                       pipe2(p->end, O_CLOEXEC) == 0
	               ? 0
	               : -errno;
}

// take_over keeps the ends that are read while the program runs.
static void take_over(struct trial_process *p, struct pipes *pipes)
{
	p->out = pipes->out[READ];
	p->err = pipes->err[READ];
	p->ends = pipes->end[READ];
	pipes->out[READ] = pipes->err[READ] = pipes->end[READ] = -1;
	fcntl(p->out, F_SETFL, O_NONBLOCK);
	fcntl(p->err, F_SETFL, O_NONBLOCK);
	fcntl(p->ends, F_SETFL, O_NONBLOCK);
}

// executed reads what became of exec: 0, or what went wrong, said.
static int executed(const struct trial_process *p, int report)
{
	struct keeper_failure f;
	ssize_t n;

	do
		n = read(report, &f, sizeof f);
	while (n < 0 && errno == EINTR);
	if (n != sizeof f)
		return 0;
	f.step[sizeof f.step - 1] = '\0';
	complain("cannot start %s: to %s failed: %s", p->argv[0], f.step,
	         strerror(f.err));
	return -f.err;
}

static int start(struct trial_process *p, struct pipes *pipes)
{
	struct keeper_pipes theirs;
	pid_t parent = getpid();
	int err = open_pipes(pipes);

	if (p->watch)
		thread_watch_prepare(p->watch);
	theirs = (struct keeper_pipes){pipes->out[WRITE], pipes->err[WRITE],
	                               pipes->exec[WRITE], pipes->end[WRITE]};
	p->started = now_ns(CLOCK_MONOTONIC);
	p->deadline = p->started + p->timeout;
	if (!err && (p->keeper = fork()) < 0)
		err = -errno;
	if (err) {
		p->keeper = 0;
		complain("cannot start a trial: %s", strerror(-err));
		return err;
	}
	if (p->keeper == 0)
		keeper_run(p, parent, &theirs);
	close(pipes->exec[WRITE]);
	pipes->exec[WRITE] = -1;
	err = executed(p, pipes->exec[READ]);
	if (err) {
		waitpid(p->keeper, NULL, 0);
		p->keeper = 0;
	}
	return err;
}

// meet_program learns who the program is, which its keeper wrote before the exec.
static void meet_program(struct trial_process *p)
{
	if (read(p->ends, &p->program, sizeof p->program) != sizeof p->program)
		p->program = 0; // the keeper was killed
	if (p->watch)
		thread_watch_begin(p->watch, p->keeper, p->program,
		                   now_ns(CLOCK_MONOTONIC));
}

int trial_process_start(struct trial_process *p)
{
	struct pipes pipes;
	int err;

	p->out = p->err = p->ends = -1;
	err = start(p, &pipes);
	if (!err) {
		take_over(p, &pipes);
		meet_program(p);
	}
	close_pipes(&pipes);
	return err;
}

//---------------------------------------------------------------------------
// Watching
//---------------------------------------------------------------------------

// keep_output appends to the output, up to its limit.
static int keep_output(struct trial_process *p, const char *data, size_t n)
{
	char *grown;

	if (p->output_len + n > TRIAL_OUTPUT_MAX) {
		p->output_cut = true;
		return 0;
	}
	grown = realloc(p->output, p->output_len + n + 1);
	if (!grown)
		return -ENOMEM;
	p->output = grown;
	memcpy(p->output + p->output_len, data, n);
	p->output_len += n;
	p->output[p->output_len] = '\0';
	return 0;
}

// keep_errors appends at most TRIAL_STDERR_MAX bytes to the errors and lets go
// of as much of their beginning as it takes. The hearer gets them all.
static void keep_errors(struct trial_process *p, const char *data, size_t n)
{
	size_t kept = strlen(p->errors);
	size_t drop = kept + n > TRIAL_STDERR_MAX ? kept + n - TRIAL_STDERR_MAX
	                                          : 0;

	if (p->hear)
		p->hear(p->hearer, data, n);
	kept -= drop;
	memmove(p->errors, p->errors + drop, kept);
	for (size_t i = 0; i < n; i++)
		p->errors[kept + i] = data[i] ? data[i] : '?';
	p->errors[kept + n] = '\0';
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

// drain reads what there is; it closes the end at the end of file.
static int drain(struct trial_process *p, int *fd)
{
	char data[TRIAL_STDERR_MAX];

	while (*fd >= 0) {
		ssize_t n = read(*fd, data, sizeof data);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0)
			close_end(fd);
		else if (fd == &p->err)
			keep_errors(p, data, (size_t)n);
		else if (keep_output(p, data, (size_t)n) != 0)
			return -ENOMEM;
	}
	return 0;
}

void trial_process_stop(struct trial_process *p)
{
	kill(p->keeper, p->asked ? KEEPER_KILL : KEEPER_ASK);
	p->asked = true;
	p->deadline = now_ns(CLOCK_MONOTONIC) + GRACE;
}

// hurry ends the process when its time is over or we are told to stop; one that
// has been asked and stays is killed.
static void hurry(struct trial_process *p)
{
	if (!p->interrupted && interrupt_seen()) {
		p->interrupted = true;
		trial_process_stop(p);
	} else if (now_ns(CLOCK_MONOTONIC) >= p->deadline) {
		if (!p->asked)
			p->timed_out = true;
		trial_process_stop(p);
	}
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

// reap collects the keeper if it has ended, and what it has to tell. One that
// was killed tells nothing: its own end stands for the program's.
static void reap(struct trial_process *p)
{
	struct keeper_end end = {.first = {.tid = 0}};
	int status;

	if (waitpid(p->keeper, &status, WNOHANG) != p->keeper)
		return;
	p->ended = true;
	p->seconds = (double)(now_ns(CLOCK_MONOTONIC) - p->started) * 1e-9;
	p->status = status;
	if (read(p->ends, &end, sizeof end) == sizeof end) {
		p->status = end.status;
		p->usage = end.usage;
		p->left = end.left;
		p->counts = end.counts;
	}
	p->cpu_seconds = seconds(p->usage.ru_utime) + seconds(p->usage.ru_stime);
	if (p->watch)
		thread_watch_end(p->watch, &end.first, now_ns(CLOCK_MONOTONIC));
}

// look takes note of what has happened to a process. Its outputs are not waited
// for: something that we could not end may hold them open.
static void look(struct trial_process *p)
{
	if (!p->failed && drain(p, &p->out) != 0) {
		p->failed = true;
		p->asked = true;
		trial_process_stop(p);
	}
	drain(p, &p->err);
	reap(p);
	if (!p->ended)
		return;
	drain(p, &p->err);
	if (!p->failed)
		p->failed = drain(p, &p->out) != 0;
	close_end(&p->out);
	close_end(&p->err);
	close_end(&p->ends);
}

static bool running(const struct trial_process *p)
{
	return p->keeper && !p->ended;
}

// watch looks at the threads when that is due, and returns when it is next.
static uint64_t watch(struct trial_process *p)
{
	uint64_t now = now_ns(CLOCK_MONOTONIC);

	if (!p->watch)
		return UINT64_MAX;
	if (now >= thread_watch_next(p->watch))
		thread_watch_look(p->watch, now);
	return thread_watch_next(p->watch);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void trial_process_step(struct trial_process *const *all, int n, uint64_t until)
{
	struct pollfd fds[2 * PROCESSES_MAX];
	struct timespec timeout;
	nfds_t used = 0;
	uint64_t t;

	for (int i = 0; i < n && i < PROCESSES_MAX; i++) {
		if (!running(all[i]))
			continue;
		// What ended while we were off the CPU is not late.
		look(all[i]);
		if (!running(all[i])) {
			until = 0;
			continue;
		}
		hurry(all[i]);
		until = sooner(until, sooner(all[i]->deadline, watch(all[i])));
		fds[used++] = (struct pollfd){all[i]->out, POLLIN, 0};
		fds[used++] = (struct pollfd){all[i]->err, POLLIN, 0};
	}
	t = now_ns(CLOCK_MONOTONIC);
	until = until > t ? until - t : 0;
	timeout = (struct timespec){.tv_sec = (time_t)(until / 1000000000),
	                            .tv_nsec = (long)(until % 1000000000)};
	ppoll(fds, used, &timeout, interrupt_mask());
	for (int i = 0; i < n; i++)
		if (running(all[i]))
			look(all[i]);
}

int trial_process_run(struct trial_process *p)
{
	int err = trial_process_start(p);

	if (err)
		return err;
	while (!p->ended)
		trial_process_step(&p, 1, UINT64_MAX);
	if (p->failed)
		return -ENOMEM;
	return p->interrupted ? -EINTR : 0;
}

void trial_process_free(struct trial_process *p)
{
	free(p->output);
	p->output = NULL;
	p->output_len = 0;
}
