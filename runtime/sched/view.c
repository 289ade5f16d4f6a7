// view.c - what a policy can see of the scheduler.
#include "sched/sched.h"

_Static_assert(sizeof((struct p *)0)->scratch == AXES * DY_POLICY_SCRATCH,
               "each axis has its scratch");

static struct p *p_of(int p)
{
	return p >= 0 && p < sched_procs() ? sched_p(p) : NULL;
}

int dy_view_procs(const struct dy_view *v)
{
	(void)v;
	return sched_procs();
}

uint32_t dy_view_queue_len(const struct dy_view *v, int p)
{
	struct p *pp = p_of(p);

	(void)v;
	return pp ? runq_len(pp) : 0;
}

bool dy_view_waiting(const struct dy_view *v, int p)
{
	struct p *pp = p_of(p);

	(void)v;
	return pp && !runq_empty(pp);
}

bool dy_view_running(const struct dy_view *v, int p)
{
	struct p *pp = p_of(p);

	(void)v;
	return pp && p_m(pp);
}

uint32_t dy_view_global_len(const struct dy_view *v)
{
	(void)v;
	return globq_len();
}

uint16_t dy_view_distance(const struct dy_view *v, int p, int q)
{
	int n = sched.opt.n_distance;

	(void)v;
	if (!sched.opt.distance || p < 0 || q < 0 || p >= n || q >= n)
		return p != q;
	return sched.opt.distance[p * n + q];
}

uint32_t dy_view_random(const struct dy_view *v)
{
	// sysmon looks at Ps that others own: it draws from its own stream.
	struct rand *r = m_p(v->mp) == v->pp ? &v->pp->rand : &v->mp->rand;

	return (uint32_t)(rand_next(r) >> 32);
}

uint64_t dy_view_now(const struct dy_view *v)
{
	(void)v;
	return port_now();
}

int64_t dy_view_param(const struct dy_view *v, int i)
{
	return i >= 0 && i < DY_POLICY_PARAMS
	               ? sched.opt.policy.param[v->axis][i]
	               : 0;
}

void *dy_view_scratch(const struct dy_view *v)
{
	// Back from a call, an M asks in the name of a P that others run by now.
	return v->axis == AXIS_PLACE && m_p(v->mp) != v->pp
	               ? v->mp->place_scratch
	               : v->pp->scratch[v->axis];
}
