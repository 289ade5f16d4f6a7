// globq.c - the global queue: what was yielded, preempted, spilled or made
// ready without a P. A list under sched.lock, whose length may be read without; or, by
// policy, several lists (shards.c).
#include "sched/shards.h"

enum { GO_PERIOD = 61, GO_BATCH = DY_RING / 2 };

static void publish_len(void)
{
	w32_store_rel(&sched.global_len, sched.global.len);
}

static void put_one_to_shard(struct g *gp)
{
	struct gqueue one = {0};

	gqueue_push(&one, gp);
	shards_put(shards_home(), &one, false);
}

void globq_put_locked(struct g *gp)
{
	if (sched.shards) {
		put_one_to_shard(gp);
	} else {
		gqueue_push(&sched.global, gp);
		publish_len();
	}
	COUNT(port_m(), global_puts);
}

void globq_put_all_locked(struct gqueue *q)
{
	COUNT_N(port_m(), global_puts, q->len);
	if (sched.shards) {
		shards_put(shards_home(), q, false);
	} else {
		gqueue_append(&sched.global, q);
		publish_len();
	}
}

// The several lists have locks of their own.
void globq_put(struct g *gp)
{
	if (sched.shards) {
		globq_put_locked(gp);
		return;
	}
	lock_acquire(&sched.lock);
	globq_put_locked(gp);
	lock_release(&sched.lock);
}

void globq_put_all(struct gqueue *q)
{
	if (sched.shards) {
		globq_put_all_locked(q);
		return;
	}
	lock_acquire(&sched.lock);
	globq_put_all_locked(q);
	lock_release(&sched.lock);
}

void globq_put_first_locked(uint32_t home, struct gqueue *q)
{
	if (sched.shards) {
		shards_put(home, q, true);
		return;
	}
	gqueue_append(q, &sched.global);
	sched.global = *q;
	*q = (struct gqueue){0};
	publish_len();
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

struct g *globq_take(struct gqueue *q, struct p *pp, struct gqueue *rest,
                     uint32_t max)
{
	uint32_t len = q->len, n;
	struct g *first;

	if (len == 0)
		return NULL;
	n = max ? max : batch(pp, len);
	if (n < 1)
		n = 1;
	if (n > len)
		n = len;
	first = gqueue_pop(q);
	while (--n > 0)
		gqueue_push(rest, gqueue_pop(q));
	return first;
}

static struct g *take_from_list(struct p *pp, struct gqueue *rest, uint32_t max)
{
	struct g *gp;

	lock_acquire(&sched.lock);
	gp = globq_take(&sched.global, pp, rest, max);
	if (gp)
		publish_len();
	lock_release(&sched.lock);
	return gp;
}

static void unload(struct p *pp, struct gqueue *rest)
{
	struct g *gp;

	while ((gp = gqueue_pop(rest)))
		runq_put(pp, gp, false);
}

struct g *globq_get(struct p *pp, uint32_t max)
{
	struct gqueue rest = {0};
	struct g *gp = sched.shards ? shards_get(pp, &rest, max)
	                            : take_from_list(pp, &rest, max);

	COUNT_N(port_m(), global_takes, rest.len + (gp != NULL));
	unload(pp, &rest);
	return gp;
}

uint32_t globq_len(void)
{
	return sched.shards ? shards_len() : w32_load_rlx(&sched.global_len);
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
