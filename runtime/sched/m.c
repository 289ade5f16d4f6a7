// m.c - Ms: made on demand, parked and reused, joined at the end.
//
// An M belongs to the runtime from m_reserve_locked on: the place is counted
// under sched.lock before the thread is made, so that check_dead never sees
// work given to an M that is not there yet. Ms are never let go before the
// runtime ends (Go's rule), unless a limit or a locked goroutine's end has it;
// their records are kept for the next ones, since others may look at them.
#include "sched/m.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "port/race.h"
#include "sched/sched.h"
#include "sched/totals.h"

bool m_reserve_locked(void)
{
	int cap = sched.opt.m_cap;

	if (cap && sched.m_count >= (uint32_t)cap) {
		COUNT(port_m(), m_cap_held);
		return false;
	}
	if (sched.m_count + 1 > (uint32_t)sched.max_threads) {
		say("runtime: program exceeds %d-thread limit",
		    sched.max_threads);
		fatal("thread exhaustion");
	}
	sched.m_count++;
	if (sched.m_count > sched.m_peak)
		sched.m_peak = sched.m_count;
	return true;
}

bool m_available(void)
{
	bool yes;

	lock_acquire(&sched.lock);
	yes = sched.nmidle > 0 || !sched.opt.m_cap ||
	      sched.m_count < (uint32_t)sched.opt.m_cap;
	lock_release(&sched.lock);
	return yes;
}

// Of an M that ended. Somebody may still hold a pointer to it, out of the P that
// it had, and look at cur, preempt and its thread: those are as they should be,
// and not written here.
static void renew(struct m *mp)
{
	mp->dying = mp->ended = mp->offered = mp->offered_next = false;
	note_clear(&mp->park);
	memset(mp->place_scratch, 0, sizeof mp->place_scratch);
#define X(field, what) w64_store_own(&mp->count.field, 0);
	DY_STATS(X)
#undef X
}

static struct m *fresh_record(void)
{
	struct m *mp = aligned_alloc(CACHE_LINE, sizeof *mp);

	if (mp)
		memset(mp, 0, sizeof *mp);
	return mp;
}

static struct m *alloc_m(void)
{
	struct m *mp;
	int id;

	lock_acquire(&sched.lock);
	mp = sched.free_m;
	if (mp)
		sched.free_m = mp->all_link;
	id = sched.next_m_id++;
	lock_release(&sched.lock);
	if (mp)
		renew(mp);
	else
		mp = fresh_record();
	if (!mp)
		return NULL;
	mp->id = id;
	mp->last_p = -1;
	mp->rand = rand_stream(sched.opt.seed,
	                       (uint64_t)DY_PROCS_MAX + (uint64_t)mp->id);
	return mp;
}

static void enlist(struct m *mp)
{
	lock_acquire(&sched.lock);
	mp->all_link = sched.all_m;
	sched.all_m = mp;
	lock_release(&sched.lock);
}

static void unlist_locked(struct m *mp)
{
	struct m **at = &sched.all_m;

	while (*at != mp)
		at = &(*at)->all_link;
	*at = mp->all_link;
}

static void count_reason(struct m *mp, enum m_reason why)
{
	switch (why) {
	case M_MAIN:
		COUNT(mp, m_created_main);
		break;
	case M_SPIN:
		COUNT(mp, m_created_spin);
		break;
	case M_HANDOFF:
		COUNT(mp, m_created_handoff);
		break;
	case M_SYSMON:
		COUNT(mp, m_created_sysmon);
		break;
	}
}

static struct m *start_thread(enum m_reason why, struct p *pp, bool spinning,
                              void (*fn)(struct m *))
{
	struct m *mp = alloc_m();

	if (!mp)
		return NULL;
	mp->next_p = pp;
	mp->spinning = spinning;
	count_reason(mp, why);
	w32_add_ar(&sched.m_live, 1);
	enlist(mp);
	if (port_thread_start(&mp->thread, mp, fn) == 0)
		return mp;
	lock_acquire(&sched.lock);
	unlist_locked(mp);
	lock_release(&sched.lock);
	w32_add_ar(&sched.m_live, (uint32_t)-1);
	free(mp);
	COUNT(port_m(), m_create_failed);
	return NULL;
}

// A record that is used again was allocated by another than who frees it, if
// there is no thread to be had.
struct m *m_new(enum m_reason why, struct p *pp, bool spinning,
                void (*fn)(struct m *))
{
	struct m *mp;

	race_ignore_begin();
	mp = start_thread(why, pp, spinning, fn);
	race_ignore_end();
	return mp;
}

int m_adopt(struct m **out)
{
	struct m *mp = alloc_m();
	int err;

	if (!mp)
		return -ENOMEM;
	err = port_thread_adopt(&mp->thread, mp);
	if (err) {
		free(mp);
		return err;
	}
	count_reason(mp, M_MAIN);
	ctx_adopt(&mp->g0, mp->thread.stack_low, mp->thread.stack_size);
	w32_add_ar(&sched.m_live, 1);
	enlist(mp);
	*out = mp;
	return 0;
}

void m_release(struct m *mp)
{
	port_thread_release(&mp->thread);
}

void m_add_counters(struct counters *total, const struct m *mp)
{
#define X(field, what) \
	w64_add_own(&total->field, w64_load_own(&mp->count.field));
	DY_STATS(X)
#undef X
}

int m_borrow(struct m **out)
{
	struct m *mp = alloc_m();
	int err;

	if (!mp)
		return -ENOMEM;
	mp->foreign = true;
	err = port_thread_adopt(&mp->thread, mp);
	if (err) {
		free(mp);
		return err;
	}
	w32_add_ar(&sched.m_live, 1);
	enlist(mp);
	*out = mp;
	return 0;
}

void m_return(struct m *mp)
{
	port_thread_release(&mp->thread);
	lock_acquire(&sched.lock);
	unlist_locked(mp);
	m_add_counters(totals_of_ended(), mp);
	lock_release(&sched.lock);
	free(mp); // it never had a P: nobody else knows it
	run_m_ended();
}

static void give_back(struct m *mp)
{
	lock_acquire(&sched.lock);
	mp->all_link = sched.free_m;
	sched.free_m = mp;
	lock_release(&sched.lock);
}

static struct m *take_ended_locked(void)
{
	struct m *mp = sched.all_m;

	while (mp && !mp->ended)
		mp = mp->all_link;
	if (mp) {
		unlist_locked(mp);
		m_add_counters(totals_of_ended(), mp);
		sched.nmended--;
	}
	return mp;
}

void m_reap(void)
{
	struct m *mp;

	do {
		lock_acquire(&sched.lock);
		mp = sched.nmended ? take_ended_locked() : NULL;
		lock_release(&sched.lock);
		if (mp) {
			port_thread_join(&mp->thread);
			give_back(mp);
		}
	} while (mp);
}

void m_join_all(struct counters *total)
{
	struct m *next;

	for (struct m *mp = sched.all_m; mp; mp = next) {
		next = mp->all_link;
		if (mp->id != 0)
			port_thread_join(&mp->thread);
		m_add_counters(total, mp);
		free(mp);
	}
	for (struct m *mp = sched.free_m; mp; mp = next) {
		next = mp->all_link;
		free(mp);
	}
	sched.all_m = sched.free_m = sched.idle_m = NULL;
}

// An M that ends before the runtime does: its P goes to another, its thread is
// joined by sysmon.
static void bow_out(struct m *mp)
{
	if (m_p(mp))
		handoff_p(release_p(mp));
	lock_acquire(&sched.lock);
	sched.m_count--;
	sched.nmended++;
	mp->ended = true;
	check_dead_locked();
	lock_release(&sched.lock);
}

// The life of an M that is not the first: it is made for a P.
void m_main(struct m *mp)
{
	const struct dy_hooks *hooks = &sched.opt.hooks;

	ctx_adopt(&mp->g0, mp->thread.stack_low, mp->thread.stack_size);
	if (hooks->m_start)
		hooks->m_start(hooks->arg, mp->id);
	if (mp->next_p)
		acquire_p(mp, mp->next_p);
	mp->next_p = NULL;
	if (mp->spinning)
		COUNT(mp, spins);
	schedule(mp);
	if (sched_stopping() && m_p(mp))
		release_p(mp);
	else if (mp->dying)
		bow_out(mp);
	if (hooks->m_stop)
		hooks->m_stop(hooks->arg, mp->id);
	run_m_ended();
}
