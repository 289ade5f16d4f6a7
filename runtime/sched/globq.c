// globq.c - the global queue: what was yielded, preempted, spilled or made
// ready without a P. A list under sched.lock; its length may be read without.
#include "sched/sched.h"

enum { GO_PERIOD = 61, GO_BATCH = DY_RING / 2 };

static void publish_len(void)
{
	w32_store_rel(&sched.global_len, sched.global.len);
}

void globq_put_locked(struct g *gp)
{
	gqueue_push(&sched.global, gp);
	publish_len();
	COUNT(port_m(), global_puts);
}

void globq_put_all_locked(struct gqueue *q)
{
	COUNT_N(port_m(), global_puts, q->len);
	gqueue_append(&sched.global, q);
	publish_len();
}

void globq_put(struct g *gp)
{
	lock_acquire(&sched.lock);
	globq_put_locked(gp);
	lock_release(&sched.lock);
}

static uint32_t batch(struct p *pp, uint32_t len)
{
	const struct dy_global_policy *policy = global_policy();
	uint32_t n = len / w32_load_rlx(&sched.nprocs) + 1;

	if (policy && policy->amount) {
		struct dy_view v = {port_m(), pp, AXIS_GLOBAL};

		n = policy->amount(&v, pp->id, len);
	}
	return n < GO_BATCH ? n : GO_BATCH;
}

struct g *globq_get_locked(struct p *pp, struct gqueue *rest, uint32_t max)
{
	uint32_t len = sched.global.len, n;
	struct g *first;

	if (len == 0)
		return NULL;
	n = max ? max : batch(pp, len);
	if (n < 1)
		n = 1;
	if (n > len)
		n = len;
	first = gqueue_pop(&sched.global);
	while (--n > 0)
		gqueue_push(rest, gqueue_pop(&sched.global));
	publish_len();
	return first;
}

void globq_unload(struct p *pp, struct gqueue *rest)
{
	struct g *gp;

	while ((gp = gqueue_pop(rest)))
		runq_put(pp, gp, false);
}

struct g *globq_get(struct p *pp, uint32_t max)
{
	struct gqueue rest = {0};
	struct g *gp;

	lock_acquire(&sched.lock);
	gp = globq_get_locked(pp, &rest, max);
	lock_release(&sched.lock);
	COUNT_N(port_m(), global_takes, rest.len + (gp != NULL));
	globq_unload(pp, &rest);
	return gp;
}

bool globq_due_slow(struct p *pp)
{
	const struct dy_global_policy *policy = global_policy();
	uint32_t tick = w32_load_own(&pp->schedtick);

	if (policy && policy->first) {
		struct dy_view v = {port_m(), pp, AXIS_GLOBAL};

		return policy->first(&v, pp->id, tick);
	}
	return tick % GO_PERIOD == 0;
}
