// registry.h - the built-in policies, and specs that choose among them.
#ifndef POLICY_REGISTRY_H
#define POLICY_REGISTRY_H

#include <dyno/policy.h>

#include "sched/sched.h"

// One built-in per file. The name go-something is Go's rule: a table without
// functions, which stands for what is compiled in.
extern const struct dy_queue_policy policy_queue_fifo, policy_queue_lifo,
	policy_queue_stamped, policy_queue_prio, policy_queue_sjf;
extern const struct dy_place_policy policy_place_runnext,
	policy_place_no_runnext, policy_place_tail, policy_place_workfirst,
	policy_place_lastp, policy_place_global;
extern const struct dy_steal_policy policy_steal_go, policy_steal_none,
	policy_steal_half, policy_steal_one, policy_steal_sticky,
	policy_steal_loaded, policy_steal_near, policy_steal_aged,
	policy_steal_half_tail;
extern const struct dy_global_policy policy_global_go61, policy_global_never,
	policy_global_always, policy_global_adaptive, policy_global_sharded;
extern const struct dy_preempt_policy policy_preempt_sysmon,
	policy_preempt_poll, policy_preempt_timer, policy_preempt_adaptive,
	policy_preempt_compiler, policy_preempt_none;
extern const struct dy_idle_policy policy_idle_go, policy_idle_park,
	policy_idle_spin, policy_idle_eager;
extern const struct dy_syscall_policy policy_syscall_go, policy_syscall_handoff,
	policy_syscall_keep, policy_syscall_pool;

// policy_parse reads "go1.27,steal=one,preempt=sysmon:1ms" into out, NULL where
// the choice is Go's. -EINVAL with a line in err.
int policy_parse(const char *spec, struct policy *out, char *err, size_t errlen);

#endif
