// idle.c - Ps and Ms without work: spinning, parking, and being woken.
//
// The order of publishing and looking is in sched.h. The counts:
//	npidle       Ps on the idle list; changed under sched.lock
//	nmspinning   Ms that look for work and hold a P without having any, those
//	             being started for that included
//	needspinning somebody submitted work while no P was idle; an M about to
//	             park takes the note down and spins once more
#include "base/fatal.h"
#include "sched/netpoll.h"
#include "sched/sched.h"

void p_idle_put_locked(struct p *pp)
{
	w32_store_own(&pp->status, P_IDLE);
	pp->idle_link = sched.idle_p;
	sched.idle_p = pp;
	w64_or_ar(&sched.idle_mask[pp->id / 64], UINT64_C(1) << pp->id % 64);
	w32_add_ar(&sched.npidle, 1);
}

static void take_off_locked(struct p **at)
{
	struct p *pp = *at;

	*at = pp->idle_link;
	pp->idle_link = NULL;
	w64_and_ar(&sched.idle_mask[pp->id / 64], ~(UINT64_C(1) << pp->id % 64));
	w32_add_ar(&sched.npidle, (uint32_t)-1);
	if (w32_load_rlx(&sched.sysmon_waits) != 0)
		sysmon_wake();
}

struct p *p_idle_get_locked(void)
{
	struct p *pp = sched.idle_p;

	if (pp)
		take_off_locked(&sched.idle_p);
	return pp;
}

bool p_idle_remove_locked(struct p *pp)
{
	struct p **at = &sched.idle_p;

	while (*at && *at != pp)
		at = &(*at)->idle_link;
	if (!*at)
		return false;
	take_off_locked(at);
	return true;
}

void m_idle_put_locked(struct m *mp)
{
	mp->idle = true;
	mp->idle_link = sched.idle_m;
	sched.idle_m = mp;
	sched.nmidle++;
	check_dead_locked();
}

struct m *m_idle_get_locked(void)
{
	struct m *mp = sched.idle_m;

	if (mp) {
		sched.idle_m = mp->idle_link;
		sched.nmidle--;
		mp->idle = false;
	}
	return mp;
}

bool m_idle_remove_locked(struct m *mp)
{
	struct m **at = &sched.idle_m;

	if (!mp->idle)
		return false;
	while (*at != mp)
		at = &(*at)->idle_link;
	*at = mp->idle_link;
	sched.nmidle--;
	mp->idle = false;
	return true;
}

void become_spinning(struct m *mp)
{
	if (mp->spinning)
		return;
	mp->spinning = true;
	w32_add_ar(&sched.nmspinning, 1);
	w32_store_rel(&sched.needspinning, 0);
	fence_full(); // the note is down before the search begins
	COUNT(mp, spins);
}

void reset_spinning(struct m *mp)
{
	COUNT(mp, spin_finds);
	stop_spinning(mp);
}

void stop_spinning(struct m *mp)
{
	if (!mp->spinning)
		return;
	mp->spinning = false;
	w32_add_ar(&sched.nmspinning, (uint32_t)-1);
	fence_full();
	wake_p_go(); // no work is new: only somebody to look for the old
}

void wake_p_slow(void)
{
	uint32_t none = 0;

	if (w32_load_rlx(&sched.npidle) == 0) {
		if (w32_load_rlx(&sched.needspinning) == 0) {
			w32_store_rlx(&sched.needspinning, 1);
			fence_full(); // pairs with idle_p
		}
		if (w32_load_rlx(&sched.npidle) == 0)
			return;
	}
	if (w32_cas_ar(&sched.nmspinning, &none, 1))
		start_m(NULL, true, M_SPIN);
}

// The answer of the idle policy, within what there is: idle Ps. Without a P there is
// nobody to ask on behalf of.
static uint32_t wanted_spinners(void)
{
	const struct dy_idle_policy *policy = idle_policy();
	uint32_t idle = w32_load_rlx(&sched.npidle), n;
	struct dy_view v = {port_m(), m_p(port_m()), AXIS_IDLE};

	if (!policy || !policy->wake || !v.pp || idle == 0)
		return 0;
	n = policy->wake(&v, v.pp->id, idle, w32_load_rlx(&sched.nmspinning));
	return n < idle ? n : idle;
}

// Whatever the policy says, Go's rule holds after it: with nobody spinning a spinner is
// started, or the note left. Others may take the idle Ps first; start_m then uncounts.
void wake_p_by_policy(void)
{
	for (uint32_t n = wanted_spinners();
	     n > 0 && w32_load_rlx(&sched.npidle) != 0; n--) {
		w32_add_ar(&sched.nmspinning, 1);
		start_m(NULL, true, M_SPIN);
	}
	wake_p_go();
}

static void uncount(bool spinning)
{
	if (spinning)
		w32_add_ar(&sched.nmspinning, (uint32_t)-1);
}

// There is no M for this P: it goes idle, and its Gs to where others find them.
// sysmon tries again, and an M that ends a system call looks there. A spinner that
// there will not be is uncounted first: sysmon would rely on it.
static void shelve_p_locked(struct p *pp, bool spinning)
{
	uncount(spinning);
	p_idle_put_locked(pp);
	fence_full(); // pairs with inbox_put
	runq_drain_locked(pp);
	w32_store_rel(&sched.want_m, 1);
}

// A new thread begins with all that its maker has: affinity, signal mask, name,
// directory. A thread that a goroutine was tied to, or that is not ours, may have
// been changed: it makes none, sysmon does it in its place.
static bool may_make_threads(const struct m *mp)
{
	return !mp->locked_g && !mp->dying && !mp->foreign;
}

// A P on the shelf may have timers: who sleeps in the poller must know. And sysmon
// may be able to make the thread at once.
static void after_shelving(struct p *pp)
{
	uint64_t when = w64_load_acq(&pp->timers.next_when);

	if (when)
		netpoll_hurry(when);
	if (!may_make_threads(port_m()))
		note_wake(&sched.sysmon_note);
}

// An idle M for pp, or leave to make one, or the P is shelved.
static struct m *get_m_locked(struct p *pp, bool spinning, bool *fresh)
{
	struct m *mp = m_idle_get_locked();

	*fresh = !mp && may_make_threads(port_m()) && m_reserve_locked();
	if (!mp && !*fresh)
		shelve_p_locked(pp, spinning);
	return mp;
}

// The system refused the thread.
static void without_m(struct p *pp, bool spinning)
{
	lock_acquire(&sched.lock);
	sched.m_count--;
	shelve_p_locked(pp, spinning);
	lock_release(&sched.lock);
	after_shelving(pp);
}

// How many Ms have neither a P nor their rest: they are in blocking calls. One P
// is in the caller's hands.
static void note_blocked_locked(void)
{
	uint32_t with_p = w32_load_own(&sched.nprocs) -
	                  w32_load_own(&sched.npidle) - 1;
	uint32_t awake = sched.m_count - sched.nmidle;

	if (awake > with_p && awake - with_p > sched.m_blocked_peak)
		sched.m_blocked_peak = awake - with_p;
}

static void give_p(struct m *mp, struct p *pp, bool spinning)
{
	COUNT(port_m(), m_wakes);
	mp->spinning = spinning;
	mp->next_p = pp;
	note_wake(&mp->park);
}

// Without an idle P a submitter's spinner cannot start: the note stays for the
// next M that is about to park.
static struct p *get_p_locked(bool spinning)
{
	struct p *pp = p_idle_get_locked();

	if (!pp && spinning)
		w32_store_rel(&sched.needspinning, 1);
	return pp;
}

void start_m(struct p *pp, bool spinning, enum m_reason why)
{
	struct m *mp = NULL;
	bool fresh = false;

	lock_acquire(&sched.lock);
	if (!pp)
		pp = get_p_locked(spinning);
	note_blocked_locked();
	if (pp)
		mp = get_m_locked(pp, spinning, &fresh);
	else
		uncount(spinning);
	lock_release(&sched.lock);
	if (mp)
		give_p(mp, pp, spinning);
	else if (pp && !fresh)
		after_shelving(pp);
	else if (pp && !m_new(why, pp, spinning, m_main))
		without_m(pp, spinning);
}

// Go never lets an idle M go; a limit makes it end instead. M 0 stays.
static uint64_t idle_deadline(const struct m *mp)
{
	uint64_t limit = sched.opt.m_idle_limit;

	return limit && mp->id != 0 ? port_now() + limit : PORT_FOREVER;
}

// False: it was given a P at the last moment.
static bool retire_m(struct m *mp)
{
	lock_acquire(&sched.lock);
	mp->dying = m_idle_remove_locked(mp);
	lock_release(&sched.lock);
	return mp->dying;
}

void stop_m(struct m *mp)
{
	dy_assert(!m_p(mp) && !mp->spinning);
	lock_acquire(&sched.lock);
	if (sched_stopping()) {
		lock_release(&sched.lock);
		return;
	}
	COUNT(mp, m_parks);
	m_idle_put_locked(mp);
	lock_release(&sched.lock);
	if (!note_sleep(&mp->park, idle_deadline(mp)) && retire_m(mp))
		return;
	note_sleep(&mp->park, PORT_FOREVER);
	note_clear(&mp->park);
	if (sched_stopping())
		return; // woken by the end, maybe in front of who gives it a P
	if (mp->next_p)
		acquire_p(mp, mp->next_p);
	mp->next_p = NULL;
	if (mp->spinning) // its waker has counted it in nmspinning
		COUNT(mp, spins);
}

// Under sched.lock, having decided that there is nothing for this P to do. What is put
// to another P's inbox, or to one of several lists, is not put under it: a second look.
static void idle_or_last_poller(struct p *pp)
{
	uint64_t when = w64_load_acq(&pp->timers.next_when);

	p_idle_put_locked(pp);
	fence_full(); // pairs with inbox_put, and with shards_put
	if ((!runq_empty(pp) || globq_any_shard()) && p_idle_remove_locked(pp)) {
		lock_release(&sched.lock);
		start_m(pp, false, M_HANDOFF);
		return;
	}
	lock_release(&sched.lock);
	if (when)
		netpoll_break(when);
}

void handoff_p(struct p *pp)
{
	uint32_t none = 0;

	COUNT(port_m(), handoffs);
	if (p_surplus(pp)) {
		p_retire(pp);
		return;
	}
	if (!runq_empty(pp) || globq_any()) {
		start_m(pp, false, M_HANDOFF);
		return;
	}
	// No work here, but if nobody looks for any, somebody should.
	if (w32_load_rlx(&sched.nmspinning) + w32_load_rlx(&sched.npidle) == 0 &&
	    w32_cas_ar(&sched.nmspinning, &none, 1)) {
		w32_store_rel(&sched.needspinning, 0);
		start_m(pp, true, M_HANDOFF);
		return;
	}
	lock_acquire(&sched.lock);
	note_blocked_locked();
	if (globq_any_locked()) {
		lock_release(&sched.lock);
		start_m(pp, false, M_HANDOFF);
		return;
	}
	// The last P to go idle leaves somebody in the poller.
	if (w32_load_own(&sched.npidle) + 1 == w32_load_rlx(&sched.nprocs) &&
	    w64_load_acq(&sched.last_poll) != 0 && netpoll_waited()) {
		lock_release(&sched.lock);
		start_m(pp, false, M_HANDOFF);
		return;
	}
	idle_or_last_poller(pp);
}
