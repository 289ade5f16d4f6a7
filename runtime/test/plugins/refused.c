// refused.c - a plugin with one fault, which its compilation names.
#include <dyno/policy.h>

#ifndef BAD_STEAL
static int nobody(const struct dy_view *v, int thief, uint32_t attempt)
{
	(void)v, (void)thief, (void)attempt;
	return DY_STOP;
}
#endif

static const struct dy_policy_param params[] = {
#if defined(BAD_UNIT)
	{"p", "furlongs", 0, 10, 5, "a parameter"},
#elif defined(BAD_RANGE)
	{"p", "", 0, 10, 50, "a parameter"},
#elif defined(BAD_POLLS)
	{"slice", "ns", 1000, 10000, 5000, "a parameter"},
	{"polls", "", 0, 10, 5, "a parameter"},
#elif defined(BAD_LISTS)
	{"lists", "", 1, 65, 5, "a parameter"},
#elif defined(BAD_PARAMS)
	{"a", "", 0, 10, 5, "a parameter"},
	{"b", "", 0, 10, 5, "a parameter"},
	{"c", "", 0, 10, 5, "a parameter"},
	{"d", "", 0, 10, 5, "a parameter"},
	{"e", "", 0, 10, 5, "a parameter"},
#endif
	{0},
};

#ifdef BAD_ABI
#define ABI DY_POLICY_ABI + 1
#else
#define ABI DY_POLICY_ABI
#endif
#ifdef BAD_SIZE
#define SIZE sizeof(struct dy_steal_policy) - 8
#else
#define SIZE sizeof(struct dy_steal_policy)
#endif
#if defined(BAD_NAME)
#define NAME "Bad,name"
#elif defined(BAD_TAKEN)
#define NAME "near"
#else
#define NAME "bad"
#endif
#ifdef BAD_SUMMARY
#define SUMMARY "two\nlines"
#else
#define SUMMARY "is refused"
#endif

const struct dy_steal_policy dy_plugin_steal = {
	.head =
		{
			.abi = ABI,
			.size = SIZE,
			.name = NAME,
			.summary = SUMMARY,
			.params = params,
		},
#ifndef BAD_STEAL
	.victim = nobody,
#endif
#ifdef BAD_END
	.end = (enum dy_steal_end)9,
#endif
};

#define HEAD(axis) \
	.head = {DY_POLICY_ABI, sizeof(struct dy_##axis##_policy), \
	         "bad",         "is refused", \
	         NULL,          0}

#ifdef BAD_PLACE
const struct dy_place_policy dy_plugin_place = {HEAD(place)};
#endif
#ifdef BAD_GLOBAL
const struct dy_global_policy dy_plugin_global = {HEAD(global)};
#endif
#ifdef BAD_IDLE
const struct dy_idle_policy dy_plugin_idle = {HEAD(idle)};
#endif
#ifdef BAD_LAYOUT
const struct dy_global_policy dy_plugin_global = {
	HEAD(global), .layout = (enum dy_global_layout)9};
#endif
#ifdef BAD_LISTS
const struct dy_global_policy dy_plugin_global = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_global_policy), "bad",
                 "is refused", params, 0},
	.layout = DY_GLOBAL_SHARDS};
#endif
#ifdef BAD_SLICE
const struct dy_preempt_policy dy_plugin_preempt = {
	HEAD(preempt), .mechanism = DY_PREEMPT_COMPILER};
#endif
#ifdef BAD_POLLS
const struct dy_preempt_policy dy_plugin_preempt = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_preempt_policy), "bad",
                 "is refused", params, 0},
	.mechanism = DY_PREEMPT_COMPILER};
#endif
#ifdef BAD_ORDER
const struct dy_queue_policy dy_plugin_queue = {HEAD(queue),
                                                .order = (enum dy_queue_order)9};
#endif
#ifdef BAD_PERIOD
const struct dy_preempt_policy dy_plugin_preempt = {
	HEAD(preempt), .mechanism = DY_PREEMPT_TIMER};
#endif
#ifdef BAD_MECHANISM
const struct dy_preempt_policy dy_plugin_preempt = {
	HEAD(preempt), .mechanism = (enum dy_preempt_mechanism)9};
#endif
#ifdef BAD_MODE
const struct dy_syscall_policy dy_plugin_syscall = {
	HEAD(syscall), .mode = (enum dy_syscall_mode)9};
#endif
#ifdef BAD_PLACES
const struct dy_syscall_policy dy_plugin_syscall = {HEAD(syscall),
                                                    .mode = DY_SYSCALL_POOL};
#endif
