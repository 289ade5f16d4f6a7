// noise.c - what else ran on the CPUs of a trial, from /proc/stat.
//
// On a shared machine this explains most of the spread between trials. Only the
// CPUs that the trial could use are summed. In a container it is often a quota, which
// stops whatever runs in it.
#include "noise.h"

#include "procfs/cgroup.h"

#include <limits.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

bool noise_parse(const char *line, hwloc_const_bitmap_t set, double hz,
                 struct noise_sample *s)
{
	unsigned long long user, nice, system, idle, iowait, irq, softirq, steal;
	unsigned cpu;

	if (sscanf(line, "cpu%u %llu %llu %llu %llu %llu %llu %llu %llu", &cpu,
	           &user, &nice, &system, &idle, &iowait, &irq, &softirq,
	           &steal) != 9 ||
	    !hwloc_bitmap_isset(set, cpu))
		return false;
	s->busy += (double)(user + nice + system + irq + softirq) / hz;
	s->steal += (double)steal / hz;
	return true;
}

static double own_cpu(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

// read_throttled adds up the levels: each of them is stopped by its own quota.
static void read_throttled(struct noise_sample *s, const char *sysroot)
{
	struct cgroup own;

	cgroup_read(&own, sysroot, "self");
	for (size_t i = 0; i < own.n; i++) {
		s->throttled_known |= own.level[i].counted;
		s->throttled += own.level[i].throttled_s;
	}
	cgroup_free(&own);
}

struct noise_sample noise_read(const char *sysroot, hwloc_const_bitmap_t set)
{
	struct noise_sample s = {.own = own_cpu()};
	double hz = (double)sysconf(_SC_CLK_TCK);
	char path[PATH_MAX], line[512];
	FILE *f;

	read_throttled(&s, sysroot);
	snprintf(path, sizeof path, "%s/proc/stat", sysroot);
	f = fopen(path, "re");
	if (!f)
		return s;
	while (fgets(line, sizeof line, f))
		if (noise_parse(line, set, hz, &s))
			s.known = true;
	fclose(f);
	return s;
}

struct noise noise_between(const struct noise_sample *from,
                           const struct noise_sample *to, double trial_cpu)
{
	struct noise n = {
		.known = from->known && to->known,
		.own = to->own - from->own,
		.throttled_known = from->throttled_known && to->throttled_known,
	};

	if (n.throttled_known)
		n.throttled = to->throttled - from->throttled;
	if (!n.known)
		return n;
	n.foreign = to->busy - from->busy - (to->own - from->own) - trial_cpu;
	n.foreign = n.foreign > 0 ? n.foreign : 0;
	n.steal = to->steal - from->steal;
	return n;
}

bool noise_disturbs(const struct noise *n, double limit, double seconds, int cpus)
{
	double tick = 1 / (double)sysconf(_SC_CLK_TCK);

	return n->known && limit > 0 &&
	       n->foreign > (limit * seconds + tick) * cpus;
}
