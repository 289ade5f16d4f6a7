// stats.c - sums up what the Ms counted.
#include <string.h>

#include "sched/sched.h"
#include "sched/totals.h"

// Under sched.lock while a runtime runs.
static struct counters ended;  // of the Ms that are gone
static struct dy_stats gauges; // as the last runtime left them

#define X(field, what) {#field, what},
static const struct {
	const char *name, *help;
} counter[] = {DY_STATS(X)};
#undef X

enum { COUNTERS = sizeof counter / sizeof counter[0] };

_Static_assert(sizeof(struct counters) == COUNTERS * sizeof(struct dy_w64),
               "a counter per name");

static const struct {
	const char *name, *help;
	size_t offset;
} gauge[] = {
	{"m_now", "Ms that exist, sysmon not counted",
         offsetof(struct dy_stats, m_now)},
	{"m_peak", "the most there were", offsetof(struct dy_stats, m_peak)},
	{"m_idle", "Ms parked now", offsetof(struct dy_stats, m_idle)},
	{"m_blocked_peak", "most Ms seen in blocking calls at once",
         offsetof(struct dy_stats, m_blocked_peak)},
	{"g_now", "goroutines that exist", offsetof(struct dy_stats, g_now)},
	{"g_records", "goroutine records ever needed",
         offsetof(struct dy_stats, g_records)},
};

enum { GAUGES = sizeof gauge / sizeof gauge[0] };

void totals_reset(void)
{
	memset(&ended, 0, sizeof ended);
	memset(&gauges, 0, sizeof gauges);
}

struct counters *totals_of_ended(void)
{
	return &ended;
}

static void copy_counters(struct dy_stats *out, const struct counters *c)
{
#define X(field, what) out->field = w64_load_own(&c->field);
	DY_STATS(X)
#undef X
}

static void read_gauges_locked(struct dy_stats *out)
{
	out->m_now = sched.m_count;
	out->m_peak = sched.m_peak;
	out->m_idle = sched.nmidle;
	out->m_blocked_peak = sched.m_blocked_peak;
	out->g_records = g_records();
}

void totals_keep_gauges(void)
{
	lock_acquire(&sched.lock);
	read_gauges_locked(&gauges);
	lock_release(&sched.lock);
}

void dy_stats_read(struct dy_stats *out)
{
	struct counters sum;

	lock_acquire(&sched.lock);
	sum = ended;
	*out = gauges;
	for (struct m *mp = sched.all_m; mp; mp = mp->all_link)
		m_add_counters(&sum, mp);
	if (sched.all_m)
		read_gauges_locked(out);
	lock_release(&sched.lock);
	copy_counters(out, &sum);
	out->g_now = out->spawns - out->exits;
}

uint64_t dy_resident_bytes(void)
{
	return port_resident();
}

static uint64_t living(const struct counters *c)
{
	return w64_load_own(&c->spawns) - w64_load_own(&c->exits);
}

// On its own, since it is asked often: all the counters are a kilobyte to copy.
int64_t dy_num_goroutine(void)
{
	uint64_t n;

	lock_acquire(&sched.lock);
	n = living(&ended);
	for (struct m *mp = sched.all_m; mp; mp = mp->all_link)
		n += living(&mp->count);
	lock_release(&sched.lock);
	return (int64_t)n;
}

const char *dy_stats_name(size_t i)
{
	if (i < COUNTERS)
		return counter[i].name;
	return i < COUNTERS + GAUGES ? gauge[i - COUNTERS].name : NULL;
}

const char *dy_stats_help(size_t i)
{
	if (i < COUNTERS)
		return counter[i].help;
	return i < COUNTERS + GAUGES ? gauge[i - COUNTERS].help : NULL;
}

uint64_t dy_stats_get(const struct dy_stats *s, size_t i)
{
	size_t at = i < COUNTERS ? i * sizeof(uint64_t) : 0;
	uint64_t value;

	if (i >= COUNTERS + GAUGES)
		return 0;
	if (i >= COUNTERS)
		at = gauge[i - COUNTERS].offset;
	memcpy(&value, (const char *)s + at, sizeof value);
	return value;
}
