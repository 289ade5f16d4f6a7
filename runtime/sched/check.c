// check.c - invariants that are watched while the runtime runs, on request.
//
// Work conservation: while a P is idle, nobody searches and a thread can be had,
// no queue may hold a goroutine for long. A scheduler that loses a wake-up does
// not hang, since the busy P comes round to its queue; it only loses a CPU for
// a while. Preemption makes that while short and hides the bug: look with
// preempt=none too.
//
// runnext is no such queue, and a local ring is one only if the steal policy is
// Go's: others may leave it alone by intent.
#include "sched/check.h"

#include "base/fatal.h"
#include "base/settings.h"
#include "sched/dump.h"
#include "sched/sched.h"

#define NS_PER_MS UINT64_C(1000000)

// Looks in a row that must agree: one may fall between a submission and its
// wake-up.
enum { LOOKS = 4 };

static struct {
	uint64_t limit, since;
	unsigned looks;
} check;

void check_open(void)
{
	long ms = setting("check", 0);

	check.limit = ms > 0 ? (uint64_t)ms * NS_PER_MS : 0;
	check.looks = 0;
}

uint64_t check_period(void)
{
	return check.limit / LOOKS;
}

static bool somebody_is_free(void)
{
	return w32_load_acq(&sched.npidle) != 0 &&
	       w32_load_acq(&sched.nmspinning) == 0 &&
	       w32_load_acq(&sched.want_m) == 0;
}

static bool work_waits(void)
{
	bool waits = globq_any();

	for (int i = 0; i < sched_procs() && !waits && !steal_policy(); i++)
		waits = runq_len(sched_p(i)) != 0;
	return waits;
}

void check_look(uint64_t now)
{
	if (!check.limit)
		return;
	if (!somebody_is_free() || !work_waits() || !somebody_is_free()) {
		check.looks = 0;
		return;
	}
	if (check.looks++ == 0)
		check.since = now;
	if (check.looks <= LOOKS || now - check.since < check.limit)
		return;
	say("dyno: %u idle Ps, no spinning M, and work waited for %llu us",
	    w32_load_rlx(&sched.npidle),
	    (unsigned long long)((now - check.since) / 1000));
	dump_all();
	dy_throw("check_look: work is not conserved");
}

static void must_not_exceed(const char *name, uint64_t part, uint64_t whole)
{
	if (part > whole)
		dy_throw("check_sums: %s: %llu of %llu", name,
		         (unsigned long long)part, (unsigned long long)whole);
}

void check_sums(void)
{
	struct dy_stats s;

	if (!check.limit)
		return;
	dy_stats_read(&s);
	must_not_exceed("goroutines ended", s.exits, s.spawns);
	must_not_exceed("parked goroutines readied", s.readies, s.parks);
	must_not_exceed("direct switches", s.direct_switches, s.switches);
	must_not_exceed("steals won", s.steals_won, s.steals_tried);
	must_not_exceed("runnexts stolen", s.stolen_runnext, s.stolen);
}
