// state_x86_64.c - what the loops of state_x86_64.S keep: general registers,
// flags, the red zone, x87, and SSE, AVX or AVX-512 state.
#include "state.h"

enum { CARRY = 0x001, DIRECTION = 0x400 };

// The offsets are known in state_x86_64.S.
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

void keep_sse(const void *in, void *out, uint64_t loops);
void keep_avx(const void *in, void *out, uint64_t loops);
void keep_avx512(const void *in, void *out, uint64_t loops);

static void fill_scalars(struct image *m, struct rand *r)
{
	for (int i = 0; i < 15; i++)
		m->general[i] = rand_next(r);
	for (int i = 0; i < 14; i++)
		m->red_zone[i] = rand_next(r);
	for (int i = 0; i < 8; i++) { // a normal number each
		m->x87[i].mantissa = rand_next(r) | UINT64_C(1) << 63;
		m->x87[i].exponent = 0x3000 + rand_below(r, 0x1000);
	}
	m->flags = CARRY | DIRECTION;
}

static void fill_vectors(struct image *m, struct rand *r, int n, int words)
{
	for (int i = 0; i < n; i++) {
		for (int j = 0; j < words; j++)
			m->vector[i][j] = rand_next(r);
	}
}

static void fill_sse(void *image, struct rand *r)
{
	fill_scalars(image, r);
	fill_vectors(image, r, 16, 2);
}

static void fill_avx(void *image, struct rand *r)
{
	fill_scalars(image, r);
	fill_vectors(image, r, 16, 4);
}

static void fill_avx512(void *image, struct rand *r)
{
	struct image *m = image;

	fill_scalars(m, r);
	fill_vectors(m, r, 32, 8);
	for (int i = 0; i < 8; i++)
		m->mask[i] = rand_next(r);
}

static bool always(void)
{
	return true;
}

static bool has_avx(void)
{
	return __builtin_cpu_supports("avx");
}

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw");
}

const struct keeper keepers[] = {
	{"test_all_registers_survive", always, sizeof(struct image), fill_sse,
         keep_sse},
	{"test_avx_state_survives", has_avx, sizeof(struct image), fill_avx,
         keep_avx},
	{"test_avx512_state_survives", has_avx512, sizeof(struct image),
         fill_avx512, keep_avx512},
};

const size_t nkeepers = sizeof keepers / sizeof keepers[0];
