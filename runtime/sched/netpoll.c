// netpoll.c - from what the kernel says to goroutines that may run again.
//
// One M at a time blocks in the poller; last_poll is 0 meanwhile. Others that
// need it to come back earlier, because a timer is due before poll_until, wake
// it. Source: runtime/netpoll.go.
#include "sched/netpoll.h"

#include "sched/latency.h"
#include "sched/polldesc.h"
#include "sched/sched.h"

enum { EVENTS = 128 };

int netpoll_open(void)
{
	w64_store_rel(&sched.last_poll, port_now());
	return port_poll_open();
}

void netpoll_close(void)
{
	port_poll_close();
	polldesc_free_all();
}

bool netpoll_waited(void)
{
	return polldesc_awaited();
}

static void collect(struct gqueue *list, const struct port_event *ev)
{
	struct g *gp;

	if (ev->ready & PORT_READ && (gp = polldesc_event(ev->token, POLL_READ)))
		gqueue_push(list, gp);
	if (ev->ready & PORT_WRITE && (gp = polldesc_event(ev->token, POLL_WRITE)))
		gqueue_push(list, gp);
}

struct gqueue netpoll_poll(struct m *mp, uint64_t deadline)
{
	struct port_event ev[EVENTS];
	struct gqueue list = {0};
	int n = port_poll_wait(ev, EVENTS, deadline);

	for (int i = 0; i < n; i++)
		collect(&list, &ev[i]);
	COUNT(mp, polls);
	COUNT_N(mp, poll_readies, list.len);
	return list;
}

static void to_global(struct gqueue *list)
{
	lock_acquire(&sched.lock);
	globq_put_all_locked(list);
	lock_release(&sched.lock);
}

static void start_for(uint32_t n)
{
	for (; n > 0 && w32_load_rlx(&sched.npidle) != 0; n--)
		start_m(NULL, false, M_SPIN);
}

// With a P: as many as there are idle Ps go to the global queue, with an M
// started for each, the rest to this P. Without: all to the global queue.
void netpoll_inject(struct m *mp, struct p *pp, struct gqueue *list)
{
	struct gqueue shared = {0};
	uint32_t n = pp ? w32_load_rlx(&sched.npidle) : UINT32_MAX;
	struct g *gp;

	if (!list->head)
		return;
	COUNT_N(mp, readies, list->len);
	for (gp = list->head; gp; gp = gp->link) {
		latency_begin(mp, gp);
		w32_store_rel(&gp->status, G_RUNNABLE);
	}
	while (n-- > 0 && (gp = gqueue_pop(list)))
		gqueue_push(&shared, gp);
	n = shared.len;
	if (n) {
		to_global(&shared);
		start_for(n);
	}
	while ((gp = gqueue_pop(list)))
		runq_put(pp, gp, false);
	fence_full();
	wake_p();
}

// Pairs with poll_blocking: it publishes last_poll = 0 and poll_until before it
// sleeps, we publish the timer before we look.
bool netpoll_hurry(uint64_t when)
{
	uint64_t until;

	fence_full();
	if (w64_load_acq(&sched.last_poll) != 0)
		return false;
	until = w64_load_acq(&sched.poll_until);
	if (until == 0 || until > when)
		port_poll_wake();
	return true;
}

void netpoll_break(uint64_t when)
{
	if (!netpoll_hurry(when))
		wake_p();
}
