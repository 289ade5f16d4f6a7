// keeper.c - the process between dyno and a trial's program, which sees to it
// that nothing of the program is left when it is over.
//
//	dyno --- keeper --- program --- what it starts ...
//
// A process group does not hold a tree together: whoever calls setsid leaves
// it, and whose parent has ended belongs to init. So the keeper makes itself a
// subreaper: orphans below it become its own children, and when the program has
// ended, or dyno asks, it kills its children until there are none.
//
// dyno could do that itself, but not after a SIGKILL. The keeper is told of
// dyno's death by the kernel, and the program of the keeper's.
//
// What was rejected: a PID namespace (needs rights, and the program would see
// other process ids), a cgroup (needs rights).
#include "keeper.h"

#include "interrupt.h"
#include "quota.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 100 }; // rounds of 50 ms for what will not die

struct keeper {
	pid_t parent, program;
	const char *group;
	int end;
	sigset_t wanted; // SIGCHLD and what dyno sends
	struct perf_set perf;
};

//---------------------------------------------------------------------------
// The program, up to its exec
//---------------------------------------------------------------------------

static _Noreturn void give_up(int report, const char *step, int err)
{
	struct keeper_failure f = {.err = err};

	strncpy(f.step, step, sizeof f.step - 1);
	if (write(report, &f, sizeof f) != sizeof f)
		_exit(126); // nobody listens
	_exit(127);
}

static int set_environment(const struct words *env, bool alone)
{
	if (alone)
		clearenv();
	for (size_t i = 0; env && i < env->n; i++)
		if ((strchr(env->v[i], '=') ? putenv(env->v[i])
		                            : unsetenv(env->v[i])) != 0)
			return -errno;
	return 0;
}

// become_program does not return. Until exec it must not run elsewhere than on
// its CPUs, nor outlive the keeper.
static _Noreturn void become_program(const struct trial_process *p, pid_t keeper,
                                     const struct keeper_pipes *pipes,
                                     const sigset_t *mask)
{
	int null = open("/dev/null", O_RDONLY), err;

	sigprocmask(SIG_SETMASK, mask, NULL);
	interrupt_reset();
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		give_up(pipes->exec, "tie it to its keeper", errno);
	if (getppid() != keeper)
		_exit(126);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(pipes->out, STDOUT_FILENO) < 0 ||
	    dup2(pipes->err, STDERR_FILENO) < 0)
		give_up(pipes->exec, "redirect its output", errno);
	err = set_environment(p->env, p->same);
	if (err)
		give_up(pipes->exec, "set its environment", -err);
	err = pin_bind(p->topology, p->pin);
	if (err)
		give_up(pipes->exec, "bind it to its CPUs", -err);
	err = p->group ? quota_enter(p->group) : 0;
	if (err)
		give_up(pipes->exec, "enter its control group", -err);
	// Containers often forbid it (seccomp); then addresses are random, and
	// who runs it twice sees whether that matters.
	if (p->same)
		personality(ADDR_NO_RANDOMIZE);
	if (p->dir && chdir(p->dir) != 0)
		give_up(pipes->exec, "enter its directory", errno);
	execv(p->path ? p->path : p->argv[0], p->argv);
	give_up(pipes->exec, "execute it", errno);
}

//---------------------------------------------------------------------------
// Clearing up
//---------------------------------------------------------------------------

// parent_of reads the parent of a process: 0 when it is gone.
static pid_t parent_of(const char *pid)
{
	char path[64], text[512], *end;
	pid_t parent = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	end = strrchr(text, ')'); // the name before it may hold anything
	if (end && sscanf(end + 1, " %*c %d", &parent) != 1)
		parent = 0;
	return parent;
}

static void kill_children(void)
{
	DIR *proc = opendir("/proc");
	pid_t self = getpid();

	for (struct dirent *e; proc && (e = readdir(proc));)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    parent_of(e->d_name) == self)
			kill(atoi(e->d_name), SIGKILL);
	if (proc)
		closedir(proc);
}

// clear kills and collects until there is no child; what it leaves behind (a
// process that has become another user's) is told.
static bool clear(const struct keeper *k)
{
	const struct timespec a_while = {.tv_nsec = 50000000};

	for (int i = 0; i < PATIENCE; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (errno == ECHILD)
			return true;
		kill_children();
		sigtimedwait(&k->wanted, NULL, &a_while);
	}
	return false;
}

//---------------------------------------------------------------------------
// Keeping
//---------------------------------------------------------------------------

// collect reaps orphans, and says whether the program has ended. That one stays
// a zombie: as long as it is there, its group is nobody else's.
static bool collect(const struct keeper *k)
{
	for (;;) {
		siginfo_t info = {.si_pid = 0};

		if (waitid(P_PID, (id_t)k->program, &info,
		           WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid)
			return true;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
		    !info.si_pid)
			return false;
		if (info.si_pid != k->program)
			waitpid(info.si_pid, NULL, 0);
	}
}

// send signals the program's group, or the program where it has left that.
static void send(const struct keeper *k, int sig)
{
	if (getpgid(k->program) == k->program)
		kill(-k->program, sig);
	else
		kill(k->program, sig);
}

// wait_for_end returns when the program has ended, or has been killed.
static void wait_for_end(const struct keeper *k)
{
	while (!collect(k)) {
		int sig = sigwaitinfo(&k->wanted, NULL);

		if (sig == KEEPER_KILL || getppid() != k->parent)
			send(k, SIGKILL);
		else if (sig == KEEPER_ASK)
			send(k, SIGTERM);
	}
}

// read_first reads what the program's first thread did in all: as long as nobody
// has waited for it, the kernel still tells.
static void read_first(const struct keeper *k, struct thread_times *t)
{
	char path[32];

	snprintf(path, sizeof path, "%d/schedstat", (int)k->program);
	if (thread_times_read("", path, t))
		t->tid = k->program;
}

static _Noreturn void keep(const struct keeper *k)
{
	struct keeper_end end = {.status = 0};

	setpgid(k->program, k->program); // here too: whoever comes first
	wait_for_end(k);
	kill(-k->program, SIGKILL);
	read_first(k, &end.first);
	waitpid(k->program, &end.status, 0);
	end.left = !clear(k);
	getrusage(RUSAGE_CHILDREN, &end.usage);
	perf_read(&k->perf, &end.counts);
	if (k->group && getppid() != k->parent)
		quota_remove(k->group); // nobody else will
	_exit(write(k->end, &end, sizeof end) == sizeof end ? 0 : 1);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

// close_others closes what is open here (the store and its lock, say), which is
// dyno's alone, but for the n descriptors that are ours.
static void close_others(int *ours, size_t n)
{
	unsigned from = STDERR_FILENO + 1;

	qsort(ours, n, sizeof *ours, by_number);
	for (size_t i = 0; i < n; i++) {
		if (ours[i] < (int)from)
			continue;
		if (ours[i] > (int)from)
			close_range(from, (unsigned)ours[i] - 1, 0);
		from = (unsigned)ours[i] + 1;
	}
	close_range(from, ~0U, 0);
}

_Noreturn void keeper_run(const struct trial_process *p, pid_t parent,
                          const struct keeper_pipes *pipes)
{
	struct keeper k = {.parent = parent, .group = p->group, .end = pipes->end};
	sigset_t all, mask;
	pid_t self = getpid();
	int ours[PERF_MAX + 1];

	setpgid(0, 0); // a terminal's Ctrl-C is dyno's
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	sigemptyset(&k.wanted);
	sigaddset(&k.wanted, SIGCHLD);
	sigaddset(&k.wanted, KEEPER_ASK);
	sigaddset(&k.wanted, KEEPER_KILL);
	if (prctl(PR_SET_PDEATHSIG, KEEPER_ASK) != 0 ||
	    prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		give_up(pipes->exec, "keep its processes together", errno);
	if (getppid() != parent)
		_exit(126); // died before it could be told
	perf_open(&k.perf, p->perf);
	k.program = fork();
	if (k.program < 0)
		give_up(pipes->exec, "start a process", errno);
	if (k.program == 0)
		become_program(p, self, pipes, &mask);
	if (write(k.end, &k.program, sizeof k.program) != sizeof k.program)
		_exit(126); // nobody listens
	memcpy(ours, k.perf.fd, sizeof k.perf.fd);
	ours[PERF_MAX] = k.end;
	close_others(ours, PERF_MAX + 1);
	keep(&k);
}
