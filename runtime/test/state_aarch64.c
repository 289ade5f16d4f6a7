// state_aarch64.c - what the loops of state_aarch64.S keep: x1 to x30, flags,
// the floating-point control and status words, and all vectors; with SVE their
// whole length, the predicates and FFR.
#include "state.h"

#include <asm/hwcap.h>
#include <string.h>
#include <sys/auxv.h>

// The offsets are known in state_aarch64.S.
struct image {
	uint64_t general[31]; // x0 is zero: it counts the loop
	uint64_t nzcv, fpcr, fpsr, unused[2];
	char vectors[IMAGE_MAX - 36 * 8]; // v0 to v31; or z0 to z31, p0 to p15, FFR
};

_Static_assert(sizeof(struct image) == IMAGE_MAX, "room for 2048-bit vectors");

enum {
	NZCV = 0xfu << 28,
	ROUNDING = 3 << 22,
	FLUSH_AND_DEFAULT_NAN = 3 << 24,
	EXCEPTIONS = 0x1f,
	SATURATED = 1 << 27,
	VECTOR_BYTES = 16,
	VECTORS = 32,
	PREDICATES = 16,
};

void keep_simd(const void *in, void *out, uint64_t loops);
void keep_sve(const void *in, void *out, uint64_t loops);
uint64_t sve_bytes(void); // of a vector

static void fill_bytes(char *to, size_t n, struct rand *r)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (char)rand_next(r);
}

static void fill_scalars(struct image *m, struct rand *r)
{
	for (int i = 1; i < 31; i++)
		m->general[i] = rand_next(r);
	m->nzcv = rand_next(r) & NZCV;
	m->fpcr = rand_next(r) & (ROUNDING | FLUSH_AND_DEFAULT_NAN);
	m->fpsr = rand_next(r) & (EXCEPTIONS | SATURATED);
}

static void fill_simd(void *image, struct rand *r)
{
	struct image *m = image;

	fill_scalars(m, r);
	fill_bytes(m->vectors, VECTORS * VECTOR_BYTES, r);
}

// FFR holds ones up to some element, then zeros.
static void fill_sve(void *image, struct rand *r)
{
	struct image *m = image;
	size_t vector = sve_bytes(), predicate = vector / 8;
	char *ffr = m->vectors + VECTORS * vector + PREDICATES * predicate;

	fill_scalars(m, r);
	fill_bytes(m->vectors, VECTORS * vector + PREDICATES * predicate, r);
	memset(ffr, 0xff, 1 + rand_below(r, (uint32_t)predicate));
}

static bool always(void)
{
	return true;
}

static bool has_sve(void)
{
	return getauxval(AT_HWCAP) & HWCAP_SVE;
}

const struct keeper keepers[] = {
	{"test_all_registers_survive", always, sizeof(struct image), fill_simd,
         keep_simd},
	{"test_sve_state_survives", has_sve, sizeof(struct image), fill_sve,
         keep_sve},
};

const size_t nkeepers = sizeof keepers / sizeof keepers[0];
