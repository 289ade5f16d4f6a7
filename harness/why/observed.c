// observed.c - the GOMAXPROCS that a running Go program really has.
//
// Rules foretell a value; the program may have set another. The runtime keeps it
// in a variable of four bytes, runtime.gomaxprocs, whose address is in the
// symbol table unless the program was linked with -s; /proc/PID/mem has its
// value, for whoever may trace the process. The process is not stopped.
//
// A program that is loaded anywhere (PIE) is moved by the distance from where its
// program headers were linked to where the kernel says they are, AT_PHDR in
// /proc/PID/auxv.
#include "observed.h"

#include "../procfs/small_file.h"
#include "elf_image.h"

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// No GOMAXPROCS that a program was measured with; more is a misread address.
enum { WORD = 4, PLAUSIBLE_MAX = 1 << 20 };

// linked_headers returns the address at which the program headers were linked.
static bool linked_headers(const struct elf_image *e, uint64_t *address)
{
	struct elf_segment s;

	for (uint32_t i = 0; elf_segment(e, i, &s); i++)
		if (s.type == PT_LOAD && e->segments >= s.offset &&
		    e->segments - s.offset < s.file_size) {
			*address = s.address + (e->segments - s.offset);
			return true;
		}
	return false;
}

// loaded_headers finds their address in the auxiliary vector: pairs of words.
static bool loaded_headers(const struct elf_image *e,
                           const struct small_file *auxv, uint64_t *address)
{
	size_t word = e->wide ? 8 : 4;

	for (size_t at = 0; at + 2 * word <= auxv->len; at += 2 * word)
		if (elf_word(e, auxv->text + at, word) == AT_PHDR) {
			*address = elf_word(e, auxv->text + at + word, word);
			return true;
		}
	return false;
}

// shift returns by how much the program was moved when it was loaded.
static bool shift(const struct elf_image *e, const char *root, const char *pid,
                  uint64_t *by)
{
	uint64_t linked, loaded;
	struct small_file auxv;
	bool ok;

	*by = 0;
	if (e->placed)
		return true;
	if (!linked_headers(e, &linked) ||
	    small_file_read(&auxv, root, "proc/%s/auxv", pid) != 0)
		return false;
	ok = loaded_headers(e, &auxv, &loaded);
	free(auxv.text);
	*by = ok ? loaded - linked : 0;
	return ok;
}

// read_value reads the variable from memory; 0 after setting why.
static uint64_t read_value(const struct elf_image *e, const char *root,
                           const char *pid, uint64_t address, const char **why)
{
	int mem = small_file_open(root, "proc/%s/mem", pid);
	unsigned char raw[WORD];
	ssize_t got;

	if (mem < 0) {
		*why = strerror(-mem);
		return 0;
	}
	got = pread(mem, raw, sizeof raw, (off_t)address);
	*why = "its memory does not hold a value that makes sense";
	close(mem);
	return got == sizeof raw ? elf_word(e, raw, sizeof raw) : 0;
}

int observed_read(int fd, const char *root, const char *pid, char *why,
                  size_t whylen)
{
	const char *reason = "its file has no symbol runtime.gomaxprocs";
	uint64_t address, by, value = 0;
	struct elf_image e;

	if (elf_open(&e, fd) == 0 &&
	    elf_symbol(&e, "runtime.gomaxprocs", WORD, &address)) {
		reason = "where its file lies in memory is not known";
		if (shift(&e, root, pid, &by))
			value = read_value(&e, root, pid, address + by, &reason);
	}
	if (value > 0 && value <= PLAUSIBLE_MAX)
		return (int)value;
	snprintf(why, whylen, "%s", reason);
	return 0;
}
