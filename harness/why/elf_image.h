// elf_image.h - as much of an ELF file as it takes to look up an address.
#ifndef HARNESS_WHY_ELF_IMAGE_H
#define HARNESS_WHY_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// An open file, and what its header says.
struct elf_image {
	int fd; // the caller's
	uint64_t size;
	bool wide;   // 64 bits
	bool big;    // big-endian
	bool placed; // loaded where the linker said, and not anywhere (ET_EXEC)
	uint64_t segments, sections; // offsets of the tables
	uint32_t segment_size, segment_count;
	uint32_t section_size, section_count, names;
};

struct elf_section {
	uint32_t type, link;
	uint64_t address, offset, size;
};

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, address, file_size, memory_size;
};

// elf_open reads the header. 0; -ENOEXEC: not an ELF file, or one whose header
// contradicts itself; or -errno. fd stays the caller's.
int elf_open(struct elf_image *e, int fd);

// elf_section looks a section up by name, elf_segment by its place in the table.
bool elf_section(const struct elf_image *e, const char *name,
                 struct elf_section *out);
bool elf_segment(const struct elf_image *e, uint32_t i, struct elf_segment *out);

// elf_read copies up to n bytes from a virtual address on, no further than the
// file's part of that segment: how many, 0 where nothing of the file lies.
size_t elf_read(const struct elf_image *e, uint64_t address, void *out, size_t n);

// elf_read_at does the same from an offset in the file.
size_t elf_read_at(const struct elf_image *e, uint64_t offset, void *out,
                   size_t n);

// elf_word reads an unsigned number of 1, 2, 4 or 8 bytes in the file's order.
uint64_t elf_word(const struct elf_image *e, const void *at, size_t bytes);

// elf_symbol looks a data symbol of this many bytes up by name in the symbol
// table: its address. false: no such symbol, or a file without the table.
bool elf_symbol(const struct elf_image *e, const char *name, uint64_t bytes,
                uint64_t *address);

#endif
