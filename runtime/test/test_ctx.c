// test_ctx.c - the context switch: there and back, registers kept, the stack of
// a fresh context aligned, and a restart that drops what was on the stack.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>

#include "port/ctx.h"
#include "rt.h"

enum { STACK = 64 * 1024, SWITCHES = 1000 };

static struct ctx here, there;
static void *stack;

static int make_contexts(void **state)
{
	pthread_attr_t attr;
	void *low;
	size_t size;

	(void)state;
	stack = aligned_alloc(64, STACK);
	pthread_getattr_np(pthread_self(), &attr);
	pthread_attr_getstack(&attr, &low, &size);
	pthread_attr_destroy(&attr);
	ctx_adopt(&here, low, size);
	return stack ? 0 : -1;
}

static int drop_contexts(void **state)
{
	(void)state;
	ctx_discard(&there);
	free(stack);
	return 0;
}

__attribute__((always_inline)) static inline void go_there(void)
{
	ctx_leaving(&here, &there, false);
	ctx_swap(&here, &there);
	ctx_arrived(&here, false);
}

__attribute__((always_inline)) static inline void go_back(void)
{
	ctx_leaving(&there, &here, false);
	ctx_swap(&there, &here);
	ctx_arrived(&there, false);
}

static int steps;

static void take_steps(void)
{
	ctx_arrived(&there, true);
	for (;;) {
		steps++;
		go_back();
	}
}

static void test_each_swap_goes_on_where_the_last_one_left(void **state)
{
	(void)state;
	steps = 0;
	ctx_make(&there, stack, STACK, take_steps);
	for (int i = 1; i <= SWITCHES; i++) {
		go_there();
		assert_int_equal(steps, i);
	}
}

// More values in use across a swap than there are registers that a call
// preserves: the compiler keeps some in every one of those.
__attribute__((noinline)) static uint64_t keep(volatile uint64_t *seed, bool far)
{
	uint64_t a = seed[0], b = seed[1], c = seed[2], d = seed[3],
		 e = seed[4], f = seed[5];
	uint64_t g = seed[6], h = seed[7], i = seed[8], j = seed[9],
		 k = seed[10], l = seed[11];

	for (int n = 0; n < SWITCHES; n++) {
		a += b, b += c, c += d, d += e, e += f, f += g;
		g += h, h += i, i += j, j += k, k += l, l += a;
		if (far)
			go_back();
		else
			go_there();
	}
	return a + b + c + d + e + f + g + h + i + j + k + l;
}

static uint64_t keep_undisturbed(const uint64_t *seed)
{
	uint64_t v[12], sum = 0;

	for (int i = 0; i < 12; i++)
		v[i] = seed[i];
	for (int n = 0; n < SWITCHES; n++) {
		for (int i = 0; i < 12; i++)
			v[i] += v[(i + 1) % 12];
	}
	for (int i = 0; i < 12; i++)
		sum += v[i];
	return sum;
}

static uint64_t near_seed[12], far_seed[12], far_sum;

static void keep_far(void)
{
	ctx_arrived(&there, true);
	far_sum = keep(far_seed, true);
	for (;;)
		go_back();
}

static void test_registers_survive_a_swap(void **state)
{
	uint64_t near_sum;

	(void)state;
	for (int i = 0; i < 12; i++) {
		near_seed[i] = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(i + 1);
		far_seed[i] = UINT64_C(0xd1342543de82ef95) * (uint64_t)(i + 100);
	}
	ctx_make(&there, stack, STACK, keep_far);
	near_sum = keep(near_seed, false);
	go_there();
	assert_int_equal(near_sum, keep_undisturbed(near_seed));
	assert_int_equal(far_sum, keep_undisturbed(far_seed));
}

// Where a function stands whose caller kept the ABI: its frame is 16-aligned.
static uintptr_t frame[2];

static void note_frame(void)
{
	ctx_arrived(&there, true);
	frame[0] = (uintptr_t)__builtin_frame_address(0);
	for (;;)
		go_back();
}

static void test_a_fresh_context_is_entered_as_by_a_call(void **state)
{
	(void)state;
	ctx_make(&there, stack, STACK, note_frame);
	go_there();
	assert_int_equal(frame[0] % 16, 0);
	assert_in_range(frame[0], (uintptr_t)stack + STACK - 256,
	                (uintptr_t)stack + STACK);
}

static void after_restart(void)
{
	frame[1] = (uintptr_t)__builtin_frame_address(0);
	for (;;)
		go_back();
}

__attribute__((noinline)) static int dig(int depth)
{
	volatile char room[64];

	room[0] = (char)depth;
	if (depth > 0)
		return dig(depth - 1) + room[0];
	if (stack)
		ctx_restart((char *)stack + STACK, after_restart);
	return 0;
}

static void dig_down(void)
{
	ctx_arrived(&there, true);
	dig(50);
}

static void test_a_restart_begins_at_the_top_again(void **state)
{
	(void)state;
	ctx_make(&there, stack, STACK, dig_down);
	go_there();
	assert_int_equal(frame[1] % 16, 0);
	assert_in_range(frame[1], (uintptr_t)stack + STACK - 256,
	                (uintptr_t)stack + STACK);
}

static void note_call(void *arg)
{
	*(uintptr_t *)arg = (uintptr_t)__builtin_frame_address(0);
}

static void test_a_call_on_another_stack_comes_back(void **state)
{
	uintptr_t there_sp = 0, here_sp = (uintptr_t)__builtin_frame_address(0);
	char *top = (char *)stack + STACK;

	(void)state;
	for (int i = 0; i < 3; i++) {
		there_sp = 0;
		ctx_call_on(top - 16 * i, note_call, &there_sp);
		assert_int_equal(there_sp % 16, 0);
		assert_in_range(there_sp, (uintptr_t)top - 256, (uintptr_t)top);
	}
	assert_int_equal(here_sp, (uintptr_t)__builtin_frame_address(0));
}

#define with_contexts(f) \
	cmocka_unit_test_setup_teardown(f, make_contexts, drop_contexts)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_contexts(test_each_swap_goes_on_where_the_last_one_left),
		with_contexts(test_registers_survive_a_swap),
		with_contexts(test_a_fresh_context_is_entered_as_by_a_call),
		with_contexts(test_a_restart_begins_at_the_top_again),
		with_contexts(test_a_call_on_another_stack_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
