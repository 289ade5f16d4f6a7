// test_sha1.c - SHA-1 against the examples of FIPS 180 and every padding.
//
// The three messages and their digests are those of FIPS 180-2, appendix A.
// What the examples leave out, lengths around the end of a block, is compared
// with digests of GNU coreutils' sha1sum.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sha1.h"

static void assert_digest(const void *data, size_t n, const char *hex)
{
	uint8_t digest[SHA1_SIZE];
	char got[2 * SHA1_SIZE + 1];

	sha1_digest(data, n, digest);
	for (int i = 0; i < SHA1_SIZE; i++) {
		got[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		got[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	got[2 * SHA1_SIZE] = '\0';
	assert_string_equal(got, hex);
}

static void test_one_block(void **state)
{
	(void)state;
	assert_digest("abc", 3, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

static void test_padding_takes_a_second_block(void **state)
{
	static const char text[] =
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	(void)state;
	assert_digest(text, strlen(text),
	              "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

static void test_a_million_bytes(void **state)
{
	size_t n = 1000000;
	char *text = malloc(n);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', n);
	assert_digest(text, n, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	free(text);
}

static void test_lengths_around_a_block(void **state)
{
	static const struct {
		size_t n;
		const char *hex;
	} row[] = {
		{0, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1"},
		{56, "901305367c259952f4e7af8323f480d59f81335b"},
		{63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec"},
		{64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"},
		{65, "78c741ddc482e4cdf8c474a0876347a0905b6233"},
		{119, "4300320394f7ee239bcdce7d3b8bcee173a0cd5c"},
		{120, "ceb2821639c4b6dcb10bce0e522ca2e608ce056d"},
	};
	char text[128];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_digest(text, row[i].n, row[i].hex);
}

static void test_digest_may_lie_in_the_message(void **state)
{
	uint8_t text[24] = "twenty-four bytes of it", copy[24];
	uint8_t digest[SHA1_SIZE];

	(void)state;
	memcpy(copy, text, sizeof(copy));
	sha1_digest(copy, sizeof(copy), digest);
	sha1_digest(text, sizeof(text), text);
	assert_memory_equal(text, digest, SHA1_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_block),
		cmocka_unit_test(test_padding_takes_a_second_block),
		cmocka_unit_test(test_a_million_bytes),
		cmocka_unit_test(test_lengths_around_a_block),
		cmocka_unit_test(test_digest_may_lie_in_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
