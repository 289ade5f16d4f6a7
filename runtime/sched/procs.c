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

void procs_follow(bool yes)
{
	yes = yes && setting("updatemaxprocs", 1);
	w32_store_rel(&auto_procs.in_force, yes);
	auto_procs.looked = port_now();
}

void procs_look(uint64_t now)
{
	if (!w32_load_acq(&auto_procs.in_force) ||
	    now - auto_procs.looked < LOOK_PERIOD)
		return;
	auto_procs.looked = now;
	resize(procs_default());
}
