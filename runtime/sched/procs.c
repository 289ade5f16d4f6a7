// procs.c - the GOMAXPROCS that nobody chose.
//
// The CPUs that the process may run on, and not more than the CPU quota of its
// control groups, rounded up, but at least 2 (Go 1.25: a goroutine that uses up
// the quota should not stop all others). While it is in force it is looked at
// again by sysmon, once a second: quotas and affinities change.
//
// DYNO_DEBUG=containermaxprocs=0 leaves quotas out of it, updatemaxprocs=0 keeps
// the value of the start. Setting GOMAXPROCS by the environment, the config or
// dy_gomaxprocs does the latter too.
//
// Source: runtime/cgroup_linux.go, internal/runtime/cgroup at go1.27. Differs:
// every ancestor's quota counts, Go reads the process's own group only.
#include "sched/procs.h"

#include "base/settings.h"
#include "sched/sched.h"

#define LOOK_PERIOD UINT64_C(1000000000)

enum { QUOTA_MIN = 2 };

static struct {
	struct dy_w32 lock; // a number that is set stays: look and set take turns
	struct dy_w32 in_force; // the default is; cleared by who sets a number
	uint64_t looked;        // sysmon's last look
} auto_procs;

static int round_up(double cpus)
{
	int whole = cpus < DY_PROCS_MAX ? (int)cpus : DY_PROCS_MAX;

	return whole < cpus ? whole + 1 : whole;
}

int procs_default(void)
{
	int n = port_cpus();
	double limit = setting("containermaxprocs", 1) ? port_cpu_limit("") : 0;

	if (limit > 0) {
		int quota = round_up(limit);

		quota = quota < QUOTA_MIN ? QUOTA_MIN : quota;
		n = quota < n ? quota : n;
	}
	return n < DY_PROCS_MAX ? n : DY_PROCS_MAX;
}

void procs_open(bool follow)
{
	w32_store_rel(&auto_procs.in_force,
	              follow && setting("updatemaxprocs", 1));
	auto_procs.looked = port_now();
}

int procs_set(int n)
{
	int before;

	lock_acquire(&auto_procs.lock);
	if (n > 0)
		w32_store_rel(&auto_procs.in_force, 0);
	before = resize(n);
	lock_release(&auto_procs.lock);
	return before;
}

void procs_look(uint64_t now)
{
	int n;

	if (!w32_load_acq(&auto_procs.in_force) ||
	    now - auto_procs.looked < LOOK_PERIOD)
		return;
	auto_procs.looked = now;
	n = procs_default();
	lock_acquire(&auto_procs.lock);
	if (w32_load_acq(&auto_procs.in_force))
		resize(n);
	lock_release(&auto_procs.lock);
}
