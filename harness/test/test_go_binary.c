// test_go_binary.c - what Go programs say of their build, and files that lie.
#include "../why/elf_image.h"
#include "../why/go_binary.h"
#include "fixture_elf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static const char modules[] =
	"path\texample.com/server\n"
	"mod\texample.com/server\t(devel)\t\n"
	"dep\tgo.uber.org/automaxprocs\tv1.6.0\th1:abc=\n"
	"build\t-compiler=gc\n"
	"build\tDefaultGODEBUG=containermaxprocs=0,updatemaxprocs=0\n";

// file_of is an open file without a name that holds these bytes.
static int file_of(const void *bytes, size_t n)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, 0), n);
	return fd;
}

static void read_bytes(struct go_binary *b, const void *bytes, size_t n)
{
	int fd = file_of(bytes, n);

	go_binary_read(b, fd);
	close(fd);
}

static void read_fixture(struct go_binary *b, const struct fixture_elf *want)
{
	static struct fixture_image image;

	fixture_elf_make(&image, want);
	read_bytes(b, image.bytes, image.n);
}

// Both formats, both widths, both orders, with sections and without.
static void test_every_form(void **state)
{
	(void)state;
	for (int form = 0; form < 16; form++) {
		struct fixture_elf want = {
			.narrow = form & 1,
			.big = form & 2,
			.pointers = form & 4,
			.no_sections = form & 8,
			.version = form & 4 ? "go1.17.13" : "go1.26.8",
			.modules = modules,
		};
		struct go_binary b;

		read_fixture(&b, &want);
		assert_int_equal(b.kind, GO_BINARY_GO);
		assert_string_equal(b.version, want.version);
		assert_int_equal(b.release, form & 4 ? 17 : 26);
		assert_string_equal(b.module, "example.com/server");
		assert_string_equal(b.automaxprocs, "v1.6.0");
		assert_string_equal(b.godebug,
		                    "containermaxprocs=0,updatemaxprocs=0");
	}
}

static void test_without_modules(void **state)
{
	struct fixture_elf want = {.version = "go1.19.8"};
	struct go_binary b;

	(void)state;
	read_fixture(&b, &want);
	assert_int_equal(b.kind, GO_BINARY_GO);
	assert_int_equal(b.release, 19);
	assert_string_equal(b.godebug, "");
	assert_string_equal(b.module, "");
}

static void test_others(void **state)
{
	struct fixture_elf c = {.version = NULL},
			   stripped = {.other = ".gopclntab"};
	struct go_binary b;

	(void)state;
	read_fixture(&b, &c);
	assert_int_equal(b.kind, GO_BINARY_OTHER);
	read_fixture(&b, &stripped);
	assert_int_equal(b.kind, GO_BINARY_UNVERSIONED);
	read_bytes(&b, "#!/bin/sh\n", 10);
	assert_int_equal(b.kind, GO_BINARY_NO_ELF);
	read_bytes(&b, "", 0);
	assert_int_equal(b.kind, GO_BINARY_NO_ELF);
	go_binary_read(&b, -1);
	assert_int_equal(b.kind, GO_BINARY_UNREADABLE);
}

static void test_releases(void **state)
{
	(void)state;
	assert_int_equal(go_release("go1.26.8"), 26);
	assert_int_equal(go_release("go1.25rc1"), 25);
	assert_int_equal(go_release("go1.25.3 X:boringcrypto"), 25);
	assert_int_equal(go_release("devel go1.27-7a2b3c4 Mon Jan 5"), 27);
	assert_int_equal(go_release("go1.27-devel_7a2b3c4"), 27);
	assert_int_equal(go_release("devel +7a2b3c4"), GO_RELEASE_UNKNOWN);
	assert_int_equal(go_release("go2"), GO_RELEASE_UNKNOWN);
	assert_int_equal(go_release(""), GO_RELEASE_UNKNOWN);
	assert_true(go_release("go1.99999999999999999999") > 1000);
}

static void test_symbol(void **state)
{
	static struct fixture_image image;

	(void)state;
	for (int form = 0; form < 4; form++) {
		struct fixture_elf want = {.narrow = form & 1,
		                           .big = form & 2,
		                           .symbol = true,
		                           .version = "go1.26"};
		uint64_t address = 0;
		struct elf_image e;
		int fd;

		fixture_elf_make(&image, &want);
		fd = file_of(image.bytes, image.n);
		assert_int_equal(elf_open(&e, fd), 0);
		assert_true(elf_symbol(&e, "runtime.gomaxprocs", 4, &address));
		assert_true(address == FIXTURE_ELF_PROCS);
		assert_false(elf_symbol(&e, "runtime.gomaxprocs", 8, &address));
		assert_false(elf_symbol(&e, "runtime.gomaxproc", 4, &address));
		close(fd);
	}
}

// look does all that is done with a stranger's file.
static void look(const void *bytes, size_t n)
{
	int fd = file_of(bytes, n);
	struct elf_image e;
	struct go_binary b;
	uint64_t address;

	go_binary_read(&b, fd);
	assert_true(memchr(b.version, '\0', sizeof b.version) &&
	            memchr(b.godebug, '\0', sizeof b.godebug));
	if (elf_open(&e, fd) == 0)
		elf_symbol(&e, "runtime.gomaxprocs", 4, &address);
	close(fd);
}

// A file may end anywhere.
static void test_cut_off(void **state)
{
	struct fixture_elf want = {
		.version = "go1.26.8", .modules = modules, .symbol = true};
	static struct fixture_image image;

	(void)state;
	fixture_elf_make(&image, &want);
	for (size_t n = 0; n < image.n; n += n < 0x900 ? 7 : 501)
		look(image.bytes, n);
}

// Any field may hold anything: extremes first, then noise from a fixed seed.
static void test_forged(void **state)
{
	static const unsigned char extremes[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	static struct fixture_image image, forged;
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int form = 0; form < 8; form++) {
		struct fixture_elf want = {.narrow = form & 1,
		                           .pointers = form & 2,
		                           .no_sections = form & 4,
		                           .symbol = true,
		                           .version = "go1.26.8",
		                           .modules = modules};

		fixture_elf_make(&image, &want);
		for (size_t at = 0; at < 0x700; at += 4)
			for (size_t i = 0; i < sizeof extremes; i++) {
				forged = image;
				memset(forged.bytes + at, extremes[i], 8);
				look(forged.bytes, forged.n);
			}
		for (int i = 0; i < 2000; i++) {
			forged = image;
			for (int k = 0; k < 4; k++) {
				x ^= x << 13;
				x ^= x >> 7;
				x ^= x << 17;
				forged.bytes[x % 0x700] = (unsigned char)(x >> 32);
			}
			look(forged.bytes, forged.n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form),
		cmocka_unit_test(test_without_modules),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_releases),
		cmocka_unit_test(test_symbol),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
