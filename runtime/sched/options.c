// options.c - what a runtime is told before it begins, and what it then tells.
#include "sched/options.h"

#include <errno.h>
#include <stdio.h>

#include "sched/sched.h"
#include "sched/slab.h"

int options_refuse(char *err, size_t errlen, const char *what, long long value,
                   const char *valid)
{
	if (err && errlen)
		snprintf(err, errlen, "%s is %lld; it must be %s", what, value,
		         valid);
	return -EINVAL;
}

int options_check(const struct dy_config *cfg, char *err, size_t errlen)
{
	if (cfg->max_threads < 0)
		return options_refuse(err, errlen, "the thread limit",
		                      cfg->max_threads, "positive");
	if (cfg->stack_size > class_size(STACK_CLASS_MAX))
		return options_refuse(err, errlen, "the stack size",
		                      (long long)cfg->stack_size,
		                      "at most 1 GiB");
	if (cfg->stack_guard > DY_GUARD_NEVER)
		return options_refuse(err, errlen, "the stack guard",
		                      cfg->stack_guard,
		                      "one of enum dy_stack_guard");
	if (cfg->work_rate && (cfg->work_rate < DY_WORK_RATE_MIN ||
	                       cfg->work_rate > DY_WORK_RATE_MAX))
		return options_refuse(err, errlen, "the work rate",
		                      (long long)cfg->work_rate,
		                      "from 2^10 to 2^30");
	return 0;
}

uint64_t dy_seed(void)
{
	return sched.opt.seed;
}

int dy_set_max_threads(int n)
{
	int before;

	lock_acquire(&sched.lock);
	before = sched.max_threads;
	if (n > 0)
		sched.max_threads = n;
	lock_release(&sched.lock);
	return before;
}
