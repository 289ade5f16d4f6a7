// fixture_elf.h - tiny ELF files such as Go's linker might have written.
#ifndef HARNESS_TEST_FIXTURE_ELF_H
#define HARNESS_TEST_FIXTURE_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FIXTURE_ELF_MAX = 4096,
	// Where the file is linked to lie, and runtime.gomaxprocs in it.
	FIXTURE_ELF_BASE = 0x400000,
	FIXTURE_ELF_PROCS = FIXTURE_ELF_BASE + 0xf00,
};

struct fixture_elf {
	bool narrow;         // 32 bits
	bool big;            // big-endian
	bool anywhere;       // ET_DYN: may be loaded anywhere
	bool no_sections;    // sections were stripped
	bool pointers;       // the format of Go before 1.18
	bool symbol;         // has runtime.gomaxprocs
	const char *version; // NULL: no build information
	const char *modules; // lines, without the marks around them; or NULL
	const char *other;   // name of the section when there is no version
};

struct fixture_image {
	unsigned char bytes[FIXTURE_ELF_MAX];
	size_t n;
};

void fixture_elf_make(struct fixture_image *out, const struct fixture_elf *want);

#endif
