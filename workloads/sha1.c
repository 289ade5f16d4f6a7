// sha1.c - SHA-1 as in FIPS 180-4, §6.1.
//
// The message is cut into blocks of 64 bytes. What does not fill a block goes
// into one or two last ones with a 1 bit, zeroes, and the length in bits as a
// big-endian 64-bit number at the very end. The message schedule W is kept in
// a ring of 16 words, since W(t) needs only the 16 before it; the loops over t
// are unrolled, which turns the ring into registers and halves the time.
#include "sha1.h"

#include <string.h>

enum { BLOCK = 64, LENGTH = 8 };

struct state {
	uint32_t a, b, c, d, e;
};

static uint32_t rotl(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static void store_be32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (24 - 8 * i));
}

// schedule returns W(t) for t >= 16 and puts it in its place.
static inline uint32_t schedule(uint32_t w[16], unsigned t)
{
	uint32_t x = w[(t + 13) % 16] ^ w[(t + 8) % 16] ^ w[(t + 2) % 16] ^
	             w[t % 16];

	return w[t % 16] = rotl(x, 1);
}

static inline void step(struct state *s, uint32_t f, uint32_t k, uint32_t w)
{
	uint32_t t = rotl(s->a, 5) + f + s->e + k + w;

	s->e = s->d;
	s->d = s->c;
	s->c = rotl(s->b, 30);
	s->b = s->a;
	s->a = t;
}

static uint32_t choose(const struct state *s)
{
	return s->d ^ (s->b & (s->c ^ s->d));
}

static uint32_t parity(const struct state *s)
{
	return s->b ^ s->c ^ s->d;
}

static uint32_t majority(const struct state *s)
{
	return (s->b & s->c) | (s->d & (s->b | s->c));
}

static void compress(struct state *h, const uint8_t block[BLOCK])
{
	struct state s = *h;
	uint32_t w[16];

#pragma GCC unroll 20
	for (unsigned t = 0; t < 16; t++) {
		w[t] = load_be32(block + 4 * t);
		step(&s, choose(&s), 0x5a827999, w[t]);
	}
#pragma GCC unroll 20
	for (unsigned t = 16; t < 20; t++)
		step(&s, choose(&s), 0x5a827999, schedule(w, t));
#pragma GCC unroll 20
	for (unsigned t = 20; t < 40; t++)
		step(&s, parity(&s), 0x6ed9eba1, schedule(w, t));
#pragma GCC unroll 20
	for (unsigned t = 40; t < 60; t++)
		step(&s, majority(&s), 0x8f1bbcdc, schedule(w, t));
#pragma GCC unroll 20
	for (unsigned t = 60; t < 80; t++)
		step(&s, parity(&s), 0xca62c1d6, schedule(w, t));

	h->a += s.a;
	h->b += s.b;
	h->c += s.c;
	h->d += s.d;
	h->e += s.e;
}

// pad_and_compress takes the n < BLOCK bytes that are left of a message of
// total bytes.
static void pad_and_compress(struct state *h, const uint8_t *rest, size_t n,
                             uint64_t total)
{
	uint8_t last[2 * BLOCK] = {0};
	size_t size = n + 1 + LENGTH <= BLOCK ? BLOCK : 2 * BLOCK;

	if (n)
		memcpy(last, rest, n);
	last[n] = 0x80;
	store_be32(last + size - 8, (uint32_t)(total >> 29));
	store_be32(last + size - 4, (uint32_t)(total << 3));
	for (size_t at = 0; at < size; at += BLOCK)
		compress(h, last + at);
}

void sha1_digest(const void *data, size_t n, uint8_t out[SHA1_SIZE])
{
	struct state h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
	                  0xc3d2e1f0};
	const uint8_t *p = data;
	size_t left = n;

	for (; left >= BLOCK; left -= BLOCK, p += BLOCK)
		compress(&h, p);
	pad_and_compress(&h, p, left, n);

	store_be32(out, h.a);
	store_be32(out + 4, h.b);
	store_be32(out + 8, h.c);
	store_be32(out + 12, h.d);
	store_be32(out + 16, h.e);
}
