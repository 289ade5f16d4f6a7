// stats.c - what a runtime of threads has to tell.
//
// Only what it counts has a name: there is no steal that could have been counted,
// and a 0 would say that there was none. Other fields are 0.
#include <dyno/stats.h>
#include <stddef.h>
#include <string.h>

#include "sched/sched.h"
#include "threads/threads.h"

// Under sched.lock.
static struct counters ended; // of the tasks that are gone

static const struct {
	const char *name, *help;
	size_t offset;
} field[] = {
	{"spawns", "goroutines created, each with its thread",
         offsetof(struct dy_stats, spawns)},
	{"exits", "goroutines ended", offsetof(struct dy_stats, exits)},
	{"yields", "calls of dy_yield", offsetof(struct dy_stats, yields)},
	{"parks",
         "times a thread went to sleep in a futex, in ppoll or for a time",
         offsetof(struct dy_stats, parks)},
	{"readies", "threads woken by another",
         offsetof(struct dy_stats, readies)},
	{"syscalls", "blocking calls begun", offsetof(struct dy_stats, syscalls)},
	{"timers_fired", "timers that ran",
         offsetof(struct dy_stats, timers_fired)},
	{"m_now", "threads that exist, one for each goroutine",
         offsetof(struct dy_stats, m_now)},
	{"m_peak", "the most there were", offsetof(struct dy_stats, m_peak)},
	{"g_now", "goroutines that exist", offsetof(struct dy_stats, g_now)},
};

enum { FIELDS = sizeof field / sizeof field[0] };

void m_add_counters(struct counters *total, const struct m *mp)
{
#define X(field, what) \
	w64_add_own(&total->field, w64_load_own(&mp->count.field));
	DY_STATS(X)
#undef X
}

void stats_open(void)
{
	memset(&ended, 0, sizeof ended);
}

void stats_add_locked(const struct m *mp)
{
	m_add_counters(&ended, mp);
}

void dy_stats_read(struct dy_stats *out)
{
	struct counters sum;

	memset(out, 0, sizeof *out);
	lock_acquire(&sched.lock);
	sum = ended;
	tasks_count_locked(&sum);
	out->m_now = sched.m_count;
	out->m_peak = sched.m_peak;
	lock_release(&sched.lock);
#define X(field, what) out->field = w64_load_own(&sum.field);
	DY_STATS(X)
#undef X
	out->g_now = out->m_now;
}

int64_t dy_num_goroutine(void)
{
	int64_t n;

	lock_acquire(&sched.lock);
	n = sched.m_count;
	lock_release(&sched.lock);
	return n;
}

uint64_t dy_resident_bytes(void)
{
	return port_resident();
}

const char *dy_stats_name(size_t i)
{
	return i < FIELDS ? field[i].name : NULL;
}

const char *dy_stats_help(size_t i)
{
	return i < FIELDS ? field[i].help : NULL;
}

uint64_t dy_stats_get(const struct dy_stats *s, size_t i)
{
	uint64_t value = 0;

	if (i < FIELDS)
		memcpy(&value, (const char *)s + field[i].offset, sizeof value);
	return value;
}

// How long a thread that was woken waited for a CPU is the kernel's to know.
bool dy_metric_histogram(const char *name, struct dy_histogram *out)
{
	(void)name;
	memset(out, 0, sizeof *out);
	return false;
}
