// catalogue.c - the axes, and their choices: built-in policies and plugins.
//
// The first built-in of an axis is Go's.
#include "policy/catalogue.h"

#include <string.h>

#include "policy/plugin.h"
#include "policy/registry.h"

enum { PER_AXIS_MAX = 12 };

static const struct {
	const char *name, *help;
	const struct dy_policy_head *builtin[PER_AXIS_MAX];
} axis[AXES] = {
	[AXIS_QUEUE] =
		{
			"queue",
			"the discipline of a P's own queue",
			{&policy_queue_fifo.head, &policy_queue_lifo.head,
                         &policy_queue_stamped.head, &policy_queue_prio.head,
                         &policy_queue_sjf.head},
		},
	[AXIS_PLACE] =
		{
			"place",
			"where a goroutine goes that may run: new, woken, yielded, preempted, back",
			{&policy_place_runnext.head, &policy_place_no_runnext.head,
                         &policy_place_tail.head, &policy_place_workfirst.head,
                         &policy_place_lastp.head, &policy_place_global.head},
		},
	[AXIS_STEAL] =
		{
			"steal",
			"whose queue a P without work looks into, and how much it takes",
			{&policy_steal_go.head, &policy_steal_none.head,
                         &policy_steal_half.head, &policy_steal_one.head,
                         &policy_steal_sticky.head, &policy_steal_loaded.head,
                         &policy_steal_near.head, &policy_steal_aged.head,
                         &policy_steal_half_tail.head},
		},
	[AXIS_GLOBAL] =
		{
			"global",
			"when a P looks at the global queue, and how much it takes",
			{&policy_global_go61.head, &policy_global_never.head,
                         &policy_global_always.head, &policy_global_adaptive.head,
                         &policy_global_sharded.head},
		},
	[AXIS_PREEMPT] =
		{
			"preempt",
			"what ends a time slice",
			{&policy_preempt_sysmon.head, &policy_preempt_poll.head,
                         &policy_preempt_timer.head, &policy_preempt_adaptive.head,
                         &policy_preempt_compiler.head, &policy_preempt_none.head},
		},
	[AXIS_IDLE] =
		{
			"idle",
			"what an M does that is out of work, and how many a submission wakes",
			{&policy_idle_go.head, &policy_idle_park.head,
                         &policy_idle_spin.head, &policy_idle_eager.head},
		},
	[AXIS_SYSCALL] =
		{
			"syscall",
			"whose the P is while its goroutine is in a blocking call",
			{&policy_syscall_go.head, &policy_syscall_handoff.head,
                         &policy_syscall_keep.head, &policy_syscall_pool.head},
		},
};

const char *dy_policy_axis(size_t i)
{
	return i < AXES ? axis[i].name : NULL;
}

const char *dy_policy_axis_help(size_t i)
{
	return i < AXES ? axis[i].help : NULL;
}

static size_t builtins(size_t i)
{
	size_t n = 0;

	while (n < PER_AXIS_MAX && axis[i].builtin[n])
		n++;
	return n;
}

const struct dy_policy_head *dy_policy_choice(size_t i, size_t j)
{
	if (i >= AXES)
		return NULL;
	return j < builtins(i) ? axis[i].builtin[j]
	                       : plugin_table(i, j - builtins(i));
}

static bool named(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && memcmp(name, text, len) == 0;
}

int catalogue_axis(const char *text, size_t len)
{
	for (int i = 0; i < AXES; i++) {
		if (named(axis[i].name, text, len))
			return i;
	}
	return -1;
}

const struct dy_policy_head *catalogue_choice(int i, const char *text, size_t len)
{
	const struct dy_policy_head *head;

	for (size_t j = 0; (head = dy_policy_choice((size_t)i, j)); j++) {
		if (named(head->name, text, len))
			return head;
	}
	return NULL;
}

int catalogue_preset(const char *text, size_t len)
{
	const char *name;

	for (size_t i = 0; (name = dy_policy_preset(i, NULL, NULL)); i++) {
		if (named(name, text, len))
			return (int)i;
	}
	return -1;
}

const char *catalogue_axis_name(size_t i, const void *context)
{
	(void)context;
	return dy_policy_axis(i);
}

const char *catalogue_choice_name(size_t j, const void *context)
{
	const struct dy_policy_head *head = dy_policy_choice(
		(size_t) * (const int *)context, j);

	return head ? head->name : NULL;
}

const char *catalogue_preset_name(size_t i, const void *context)
{
	(void)context;
	return dy_policy_preset(i, NULL, NULL);
}
