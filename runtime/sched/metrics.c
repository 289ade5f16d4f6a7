// metrics.c - the scheduler's state under Go's names, where Go has the metric.
//
// Source: runtime/metrics/description.go at go1.27. What Go has and this runtime
// has not (garbage collection, cgo calls, the mutex profile) is not listed.
#include <dyno/stats.h>
#include <string.h>

#include "sched/sched.h"

// Goroutines by what they do, dead ones not counted.
struct census {
	uint64_t runnable, running, waiting, in_syscall;
};

static void count_one(struct g *gp, void *arg)
{
	struct census *c = arg;

	switch (w32_load_acq(&gp->status) & ~G_SCAN) {
	case G_RUNNABLE:
		c->runnable++;
		break;
	case G_RUNNING:
		c->running++;
		break;
	case G_WAITING:
		c->waiting++;
		break;
	case G_SYSCALL:
		c->in_syscall++;
		break;
	default:
		break;
	}
}

static struct census take_census(void)
{
	struct census c = {0};

	g_each(count_one, &c);
	return c;
}

static double gomaxprocs(void)
{
	return sched_procs();
}

static double goroutines(void)
{
	return (double)dy_num_goroutine();
}

static double created(void)
{
	struct dy_stats s;

	dy_stats_read(&s);
	return (double)s.spawns;
}

static double not_in_go(void)
{
	return (double)take_census().in_syscall;
}

static double runnable(void)
{
	return (double)take_census().runnable;
}

static double running(void)
{
	return (double)take_census().running;
}

static double waiting(void)
{
	return (double)take_census().waiting;
}

// Sysmon's thread counts, as in Go.
static double threads(void)
{
	struct dy_stats s;

	dy_stats_read(&s);
	return (double)(s.m_now + 1);
}

static const struct {
	const char *name;
	double (*read)(void);
} metric[] = {
	{"/sched/gomaxprocs:threads", gomaxprocs},
	{"/sched/goroutines:goroutines", goroutines},
	{"/sched/goroutines-created:goroutines", created},
	{"/sched/goroutines/not-in-go:goroutines", not_in_go},
	{"/sched/goroutines/runnable:goroutines", runnable},
	{"/sched/goroutines/running:goroutines", running},
	{"/sched/goroutines/waiting:goroutines", waiting},
	{"/sched/threads/total:threads", threads},
};

enum { METRICS = sizeof metric / sizeof metric[0] };

const char *dy_metric_name(size_t i)
{
	return i < METRICS ? metric[i].name : NULL;
}

bool dy_metric(const char *name, double *value)
{
	for (size_t i = 0; i < METRICS; i++) {
		if (strcmp(metric[i].name, name) == 0) {
			*value = metric[i].read();
			return true;
		}
	}
	return false;
}
