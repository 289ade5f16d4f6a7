// test_preempt_state.c - a goroutine that is preempted between two instructions
// finds everything as it was: general registers, flags, red zone, x87, SSE, AVX
// and AVX-512 state, over thousands of preemptions and changes of thread.
#include <dyno/sync.h>
#include <string.h>

#include "base/rand.h"
#include "port/atomic.h"
#include "rt.h"

enum { KEEPERS = 5, PREEMPTIONS = RT_SCALE(3000), LOOPS = 300000 };
enum { CARRY = 0x001, DIRECTION = 0x400 };

// All that a loop of state_x86_64.S keeps. The offsets are known there.
struct image {
	uint64_t general[15]; // rax, rcx, rdx, rbx, rbp, rsi, rdi, r8 to r15
	uint64_t flags;
	uint64_t red_zone[16];
	struct {
		uint64_t mantissa, exponent;
	} x87[8];
	uint64_t mask[8];
	uint64_t vector[32][8];
} __attribute__((aligned(64)));

void keep_sse(const struct image *in, struct image *out, uint64_t loops);
void keep_avx(const struct image *in, struct image *out, uint64_t loops);
void keep_avx512(const struct image *in, struct image *out, uint64_t loops);

typedef void keep_fn(const struct image *in, struct image *out, uint64_t loops);

// What the width of a loop does not reach stays zero on both sides.
static const struct width {
	keep_fn *keep;
	int vectors, words, masks;
} widths[] = {
	{keep_sse, 16, 2, 0},
	{keep_avx, 16, 4, 0},
	{keep_avx512, 32, 8, 8},
};

static const struct width *width;
static struct dy_waitgroup wg;

static void fill(struct image *m, struct rand *r)
{
	memset(m, 0, sizeof *m);
	for (int i = 0; i < 15; i++)
		m->general[i] = rand_next(r);
	for (int i = 0; i < 14; i++)
		m->red_zone[i] = rand_next(r);
	for (int i = 0; i < 8; i++) { // a normal number each
		m->x87[i].mantissa = rand_next(r) | UINT64_C(1) << 63;
		m->x87[i].exponent = 0x3000 + rand_below(r, 0x1000);
	}
	for (int i = 0; i < width->masks; i++)
		m->mask[i] = rand_next(r);
	for (int i = 0; i < width->vectors; i++) {
		for (int j = 0; j < width->words; j++)
			m->vector[i][j] = rand_next(r);
	}
	m->flags = CARRY | DIRECTION;
}

static void keep_and_compare(void *arg)
{
	struct rand r = rand_stream(1, (uint64_t)(uintptr_t)arg);

	while (rt_stats().preempts_signal < PREEMPTIONS) {
		struct image in, out;

		fill(&in, &r);
		memset(&out, 0, sizeof out);
		width->keep(&in, &out, LOOPS);
		out.flags &= CARRY | DIRECTION;
		rt_check(memcmp(&in, &out, sizeof in) == 0);
	}
	dy_wg_done(&wg);
}

static void keep_in_many(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, KEEPERS);
	for (uintptr_t i = 0; i < KEEPERS; i++)
		dy_go(keep_and_compare, (void *)i);
	dy_wg_wait(&wg);
}

static void expect_kept(const struct width *w)
{
	width = w;
	for (int procs = 1; procs <= 2; procs++)
		rt_run(procs, "preempt=sysmon:20us", keep_in_many, NULL);
}

static void test_all_registers_survive(void **state)
{
	(void)state;
	expect_kept(&widths[0]);
}

static void test_avx_state_survives(void **state)
{
	(void)state;
	if (!__builtin_cpu_supports("avx"))
		skip();
	expect_kept(&widths[1]);
}

static void test_avx512_state_survives(void **state)
{
	(void)state;
	if (!__builtin_cpu_supports("avx512f") ||
	    !__builtin_cpu_supports("avx512bw"))
		skip();
	expect_kept(&widths[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_registers_survive),
		cmocka_unit_test(test_avx_state_survives),
		cmocka_unit_test(test_avx512_state_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
