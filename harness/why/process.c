// process.c - what decides a process's GOMAXPROCS, as far as /proc tells it.
//
// A process of another user hides its program, environment and memory, but not
// its CPUs, control group and waits. What is hidden stays unknown and never
// becomes a guess.
#include "process.h"

#include "../procfs/cpu_list.h"
#include "../procfs/small_file.h"
#include "observed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// setting returns a copy of the first value of a variable in an environment,
// which is the one that Go's runtime takes; NULL: it is not there.
static char *setting(const struct small_file *environment, const char *name)
{
	size_t len = strlen(name);

	for (size_t at = 0; at < environment->len;) {
		const char *entry = environment->text + at;

		if (strncmp(entry, name, len) == 0 && entry[len] == '=')
			return strdup(entry + len + 1);
		at += strlen(entry) + 1;
	}
	return NULL;
}

static void read_environment(struct process *p, const char *root, const char *pid)
{
	struct small_file f;
	int err = small_file_read(&f, root, "proc/%s/environ", pid);

	if (err) {
		snprintf(p->environ_why, sizeof p->environ_why, "%s",
		         strerror(-err));
		return;
	}
	p->environ_known = true;
	p->gomaxprocs = setting(&f, "GOMAXPROCS");
	p->godebug = setting(&f, "GODEBUG");
	free(f.text);
}

//---------------------------------------------------------------------------
// CPUs
//---------------------------------------------------------------------------

// status_list reads a list of CPUs from /proc/PID/status.
static bool status_list(const char *root, const char *pid, struct cpu_list *set)
{
	static const char name[] = "Cpus_allowed_list:";
	struct small_file f;
	bool found = false;
	char *rest, *line;

	if (small_file_read(&f, root, "proc/%s/status", pid) != 0)
		return false;
	rest = f.text;
	while (!found && (line = small_file_next(&rest)))
		if (strncmp(line, name, sizeof name - 1) == 0) {
			line += sizeof name - 1;
			found = cpu_list_parse(set, line + strspn(line, " \t"));
		}
	free(f.text);
	return found;
}

// read_cpus does as sched_getaffinity(2): of the CPUs that are allowed, those
// that are online.
static void read_cpus(struct process *p, const char *root, const char *pid)
{
	struct cpu_list *set = malloc(2 * sizeof *set);
	char *text = small_file_line(root, "sys/devices/system/cpu/online");

	if (set && text && cpu_list_parse(&set[1], text)) {
		p->cpus_online = cpu_list_count(&set[1]);
		if (status_list(root, pid, &set[0])) {
			cpu_list_keep(&set[0], &set[1]);
			p->cpus_allowed = cpu_list_count(&set[0]);
		}
	}
	free(text);
	free(set);
}

// add_thread adds the first two numbers of a thread's schedstat, nanoseconds.
static void add_thread(struct process *p, const char *root, const char *pid,
                       const char *tid)
{
	char *text = small_file_line(root, "proc/%s/task/%s/schedstat", pid, tid);
	uint64_t cpu, wait;

	if (text && sscanf(text, "%" SCNu64 " %" SCNu64, &cpu, &wait) == 2) {
		p->cpu_s += (double)cpu * 1e-9;
		p->wait_s += (double)wait * 1e-9;
		p->waits_known = true;
	}
	free(text);
}

static void read_waits(struct process *p, const char *root, const char *pid)
{
	char path[PATH_MAX];
	struct dirent *d;
	DIR *dir;

	if (snprintf(path, sizeof path, "%s/proc/%s/task", root, pid) >=
	            (int)sizeof path ||
	    !(dir = opendir(path)))
		return;
	while ((d = readdir(dir)))
		if (*d->d_name != '.')
			add_thread(p, root, pid, d->d_name);
	closedir(dir);
}

//---------------------------------------------------------------------------
// The program
//---------------------------------------------------------------------------

// program_name is where the program lies, or what /proc calls it in brackets.
static char *program_name(const char *root, const char *pid)
{
	char path[PATH_MAX], target[PATH_MAX], *comm, *name = NULL;
	ssize_t n = -1;

	if (snprintf(path, sizeof path, "%s/proc/%s/exe", root, pid) <
	    (int)sizeof path)
		n = readlink(path, target, sizeof target);
	if (n > 0)
		return strndup(target, (size_t)n);
	comm = small_file_line(root, "proc/%s/comm", pid);
	if (comm && asprintf(&name, "[%s]", comm) < 0)
		name = NULL;
	free(comm);
	return name ? name : strdup("?");
}

static void read_binary(struct process *p, int fd)
{
	if (fd < 0) {
		p->binary = (struct go_binary){.kind = GO_BINARY_UNREADABLE,
		                               .error = fd,
		                               .release = GO_RELEASE_UNKNOWN};
		return;
	}
	go_binary_read(&p->binary, fd);
}

static void read_running(struct process *p, const char *root, const char *pid)
{
	int fd = small_file_open(root, "proc/%s/exe", pid);

	read_binary(p, fd);
	if (p->binary.kind == GO_BINARY_GO ||
	    p->binary.kind == GO_BINARY_UNVERSIONED)
		p->observed = observed_read(fd, root, pid, p->observed_why,
		                            sizeof p->observed_why);
	if (fd >= 0)
		close(fd);
}

// read_surroundings reads what does not depend on the program.
static void read_surroundings(struct process *p, const char *root, const char *pid)
{
	read_environment(p, root, pid);
	read_cpus(p, root, pid);
	cgroup_read(&p->cgroup, root, pid);
}

int process_read(struct process *p, const char *root, const char *pid)
{
	struct small_file status;
	int err;

	*p = (struct process){.program = NULL};
	if (snprintf(p->pid, sizeof p->pid, "%s", pid) >= (int)sizeof p->pid)
		return -ESRCH;
	err = small_file_read(&status, root, "proc/%s/status", pid);
	free(status.text);
	if (err)
		return err == -ENOMEM ? err : -ESRCH;
	p->program = program_name(root, pid);
	read_surroundings(p, root, pid);
	read_waits(p, root, pid);
	read_running(p, root, pid);
	return 0;
}

int process_program(struct process *p, const char *root, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	*p = (struct process){.program = NULL};
	if (fd < 0)
		return -errno;
	p->program = strdup(path);
	snprintf(p->observed_why, sizeof p->observed_why, "it is not running");
	read_surroundings(p, root, "self");
	read_binary(p, fd);
	close(fd);
	return 0;
}

void process_free(struct process *p)
{
	free(p->program);
	free(p->gomaxprocs);
	free(p->godebug);
	cgroup_free(&p->cgroup);
}
