// trial_process.c - one trial as a child process: started, watched, reaped.
//
// fork and exec rather than posix_spawn: between the two the child joins its own
// process group, asks to be killed with us and binds itself to its CPUs, so
// that it never runs elsewhere. What fails there is told through a pipe that
// exec closes: reading nothing from it means that the program runs.
//
// The parent has one thread and waits in one place: ppoll on the two outputs,
// with SIGCHLD and the stopping signals let in only there.
#include "trial_process.h"

#include "complain.h"
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GRACE UINT64_C(2000000000) // between SIGTERM and SIGKILL

enum { READ, WRITE };

// A child while it runs.
struct child {
	struct trial_process *p;
	pid_t pid;
	int out, err; // the ends we read; -1 when closed
	bool ended;
	bool stopping; // SIGTERM has been sent
	bool interrupted;
	uint64_t started, deadline; // ns
	struct rusage usage;
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void close_both(int pipe[2])
{
	if (pipe[READ] >= 0)
		close(pipe[READ]);
	if (pipe[WRITE] >= 0)
		close(pipe[WRITE]);
}

//---------------------------------------------------------------------------
// Starting
//---------------------------------------------------------------------------

// What the child could not do.
struct failure {
	int err;
	char step[32];
};

static _Noreturn void give_up(int report, const char *step, int err)
{
	struct failure f = {.err = err};

	strncpy(f.step, step, sizeof f.step - 1);
	if (write(report, &f, sizeof f) != sizeof f)
		_exit(126); // the parent is gone
	_exit(127);
}

// become_trial runs in the child and does not return.
static _Noreturn void become_trial(const struct trial_process *p, pid_t parent,
                                   int out, int err, int report)
{
	int null = open("/dev/null", O_RDONLY), bound;

	interrupt_reset();
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		give_up(report, "tie it to its parent", errno);
	if (getppid() != parent)
		_exit(126); // the parent died before the line above
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		give_up(report, "redirect its output", errno);
	bound = pin_bind(p->topology, p->pin);
	if (bound != 0)
		give_up(report, "bind it to its CPUs", -bound);
	execv(p->argv[0], p->argv);
	give_up(report, "execute it", errno);
}

// started reads what became of exec: 0, or what went wrong, said.
static int started(const struct trial_process *p, int report)
{
	struct failure f;
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

static int start(struct child *c)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1}, report[2] = {-1, -1}, failed;
	pid_t parent = getpid();

	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0 ||
	    pipe2(report, O_CLOEXEC) != 0 || (c->pid = fork()) < 0) {
		failed = -errno;
		complain("cannot start a trial: %s", strerror(errno));
		close_both(out);
		close_both(err);
		close_both(report);
		return failed;
	}
	if (c->pid == 0)
		become_trial(c->p, parent, out[WRITE], err[WRITE], report[WRITE]);
	setpgid(c->pid, c->pid); // in both, so that it holds whoever comes first
	close(out[WRITE]);
	close(err[WRITE]);
	close(report[WRITE]);
	failed = started(c->p, report[READ]);
	close(report[READ]);
	c->out = out[READ];
	c->err = err[READ];
	fcntl(c->out, F_SETFL, O_NONBLOCK);
	fcntl(c->err, F_SETFL, O_NONBLOCK);
	return failed;
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
// of as much of their beginning as it takes.
static void keep_errors(struct trial_process *p, const char *data, size_t n)
{
	size_t kept = strlen(p->errors);
	size_t drop = kept + n > TRIAL_STDERR_MAX ? kept + n - TRIAL_STDERR_MAX
	                                          : 0;

	kept -= drop;
	memmove(p->errors, p->errors + drop, kept);
	for (size_t i = 0; i < n; i++)
		p->errors[kept + i] = data[i] ? data[i] : '?';
	p->errors[kept + n] = '\0';
}

// drain reads what there is; it closes the end at the end of file.
static int drain(struct child *c, int *fd, bool is_output)
{
	char data[TRIAL_STDERR_MAX];

	while (*fd >= 0) {
		ssize_t n = read(*fd, data, sizeof data);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0) {
			close(*fd);
			*fd = -1;
		} else if (!is_output) {
			keep_errors(c->p, data, (size_t)n);
		} else if (keep_output(c->p, data, (size_t)n) != 0) {
			return -ENOMEM;
		}
	}
	return 0;
}

static void stop(struct child *c, int sig)
{
	kill(-c->pid, sig);
	c->stopping = true;
	c->deadline = now() + GRACE;
}

// hurry ends the child when its time is over or we are told to stop; a child
// that has been asked and stays is killed.
static void hurry(struct child *c)
{
	if (!c->interrupted && interrupt_seen()) {
		c->interrupted = true;
		stop(c, c->stopping ? SIGKILL : SIGTERM);
	} else if (now() >= c->deadline) {
		if (!c->stopping)
			c->p->timed_out = true;
		stop(c, c->stopping ? SIGKILL : SIGTERM);
	}
}

// wait_a_while sleeps until there is output, a signal or the deadline.
static void wait_a_while(struct child *c)
{
	struct pollfd fds[2] = {{c->out, POLLIN, 0}, {c->err, POLLIN, 0}};
	uint64_t t = now(), left = c->deadline > t ? c->deadline - t : 0;
	struct timespec timeout = {.tv_sec = (time_t)(left / 1000000000),
	                           .tv_nsec = (long)(left % 1000000000)};

	ppoll(fds, 2, &timeout, interrupt_mask());
}

// reap collects the child if it has ended. While it is a zombie its process
// group cannot be anybody else's: what is left of the group goes first.
static void reap(struct child *c)
{
	siginfo_t info = {.si_pid = 0};

	if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	    !info.si_pid)
		return;
	kill(-c->pid, SIGKILL);
	c->ended = wait4(c->pid, &c->p->status, 0, &c->usage) == c->pid;
}

// watch waits for the end. The outputs are not waited for: something that the
// child left behind may hold them open.
static int watch(struct child *c)
{
	int err = 0;

	while (!c->ended) {
		hurry(c);
		wait_a_while(c);
		if (!err)
			err = drain(c, &c->out, true);
		drain(c, &c->err, false);
		if (err)
			kill(-c->pid, SIGKILL);
		reap(c);
	}
	drain(c, &c->err, false);
	return err ? err : drain(c, &c->out, true);
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

int trial_process_run(struct trial_process *p)
{
	struct child c = {.p = p, .out = -1, .err = -1, .started = now()};
	int err;

	c.deadline = c.started + p->timeout;
	err = start(&c);
	if (err && c.pid > 0)
		waitpid(c.pid, NULL, 0);
	if (!err) {
		err = watch(&c);
		p->seconds = (double)(now() - c.started) * 1e-9;
		p->cpu_seconds = seconds(c.usage.ru_utime) +
		                 seconds(c.usage.ru_stime);
	}
	if (c.out >= 0)
		close(c.out);
	if (c.err >= 0)
		close(c.err);
	return c.interrupted ? -EINTR : err;
}

void trial_process_free(struct trial_process *p)
{
	free(p->output);
	p->output = NULL;
	p->output_len = 0;
}
