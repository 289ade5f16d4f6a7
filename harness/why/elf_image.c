// elf_image.c - as much of an ELF file as it takes to look up an address.
//
// The file belongs to somebody else: it may be cut off, forged, or change while
// it is read. So nothing is mapped (a file that shrinks would kill us); every
// number in it is only ever used to read a bounded piece at a bounded offset,
// and what cannot be read counts as absent. No sum of two numbers from the file
// is compared before it is known not to wrap.
//
// Source: the System V ABI's chapters 4 and 5, and elf(5).
#include "elf_image.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_MAX = sizeof(Elf64_Ehdr), ENTRY_MAX = sizeof(Elf64_Shdr) };

size_t elf_read_at(const struct elf_image *e, uint64_t offset, void *out, size_t n)
{
	size_t got = 0;

	if (offset >= e->size)
		return 0;
	if (n > e->size - offset)
		n = (size_t)(e->size - offset);
	while (got < n) {
		ssize_t r = pread(e->fd, (char *)out + got, n - got,
		                  (off_t)(offset + got));

		if (r == 0 || (r < 0 && errno != EINTR))
			break;
		got += r > 0 ? (size_t)r : 0;
	}
	return got;
}

uint64_t elf_word(const struct elf_image *e, const void *at, size_t bytes)
{
	const unsigned char *b = at;
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | b[e->big ? i : bytes - 1 - i];
	return v;
}

//---------------------------------------------------------------------------
// Headers. A field is named once, for both widths.
//---------------------------------------------------------------------------

static uint64_t field(const struct elf_image *e, const unsigned char *raw,
                      size_t narrow, size_t narrow_bytes, size_t wide,
                      size_t wide_bytes)
{
	return e->wide ? elf_word(e, raw + wide, wide_bytes)
	               : elf_word(e, raw + narrow, narrow_bytes);
}

#define FIELD(e, raw, type, name) \
	field(e, raw, offsetof(Elf32_##type, name), \
	      sizeof(((Elf32_##type *)0)->name), offsetof(Elf64_##type, name), \
	      sizeof(((Elf64_##type *)0)->name))

static bool read_header(struct elf_image *e)
{
	unsigned char raw[HEADER_MAX] = {0};
	size_t want = e->wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);

	if (elf_read_at(e, 0, raw, want) != want)
		return false;
	e->placed = FIELD(e, raw, Ehdr, e_type) == ET_EXEC;
	e->segments = FIELD(e, raw, Ehdr, e_phoff);
	e->segment_size = (uint32_t)FIELD(e, raw, Ehdr, e_phentsize);
	e->segment_count = (uint32_t)FIELD(e, raw, Ehdr, e_phnum);
	e->sections = FIELD(e, raw, Ehdr, e_shoff);
	e->section_size = (uint32_t)FIELD(e, raw, Ehdr, e_shentsize);
	e->section_count = (uint32_t)FIELD(e, raw, Ehdr, e_shnum);
	e->names = (uint32_t)FIELD(e, raw, Ehdr, e_shstrndx);
	return true;
}

int elf_open(struct elf_image *e, int fd)
{
	unsigned char ident[EI_NIDENT];
	struct stat s;

	*e = (struct elf_image){.fd = fd};
	if (fstat(fd, &s) != 0)
		return -errno;
	e->size = s.st_size > 0 ? (uint64_t)s.st_size : 0;
	if (elf_read_at(e, 0, ident, sizeof ident) != sizeof ident ||
	    memcmp(ident, ELFMAG, SELFMAG) != 0)
		return -ENOEXEC;
	e->wide = ident[EI_CLASS] == ELFCLASS64;
	e->big = ident[EI_DATA] == ELFDATA2MSB;
	if ((!e->wide && ident[EI_CLASS] != ELFCLASS32) ||
	    (!e->big && ident[EI_DATA] != ELFDATA2LSB) || !read_header(e))
		return -ENOEXEC;
	return 0;
}

// entry reads entry i of a table whose entries are `each` bytes apart.
static bool entry(const struct elf_image *e, uint64_t table, uint32_t each,
                  uint32_t i, unsigned char *raw, size_t want)
{
	uint64_t offset = (uint64_t)each * i;

	return each >= want && table < e->size && offset < e->size - table &&
	       elf_read_at(e, table + offset, raw, want) == want;
}

bool elf_segment(const struct elf_image *e, uint32_t i, struct elf_segment *out)
{
	unsigned char raw[ENTRY_MAX];

	if (i >= e->segment_count ||
	    !entry(e, e->segments, e->segment_size, i, raw,
	           e->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return false;
	*out = (struct elf_segment){
		.type = (uint32_t)FIELD(e, raw, Phdr, p_type),
		.flags = (uint32_t)FIELD(e, raw, Phdr, p_flags),
		.offset = FIELD(e, raw, Phdr, p_offset),
		.address = FIELD(e, raw, Phdr, p_vaddr),
		.file_size = FIELD(e, raw, Phdr, p_filesz),
		.memory_size = FIELD(e, raw, Phdr, p_memsz),
	};
	return true;
}

static bool section_at(const struct elf_image *e, uint32_t i,
                       struct elf_section *out, uint32_t *name)
{
	unsigned char raw[ENTRY_MAX];

	if (i >= e->section_count ||
	    !entry(e, e->sections, e->section_size, i, raw,
	           e->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr)))
		return false;
	*name = (uint32_t)FIELD(e, raw, Shdr, sh_name);
	*out = (struct elf_section){
		.type = (uint32_t)FIELD(e, raw, Shdr, sh_type),
		.link = (uint32_t)FIELD(e, raw, Shdr, sh_link),
		.address = FIELD(e, raw, Shdr, sh_addr),
		.offset = FIELD(e, raw, Shdr, sh_offset),
		.size = FIELD(e, raw, Shdr, sh_size),
	};
	return true;
}

// named says whether the string at an index of a string table is this name.
static bool named(const struct elf_image *e, const struct elf_section *strings,
                  uint64_t index, const char *name)
{
	char text[64];
	size_t len = strlen(name) + 1;

	return len <= sizeof text && index < strings->size &&
	       len <= strings->size - index &&
	       strings->offset < e->size - index &&
	       elf_read_at(e, strings->offset + index, text, len) == len &&
	       memcmp(text, name, len) == 0;
}

bool elf_section(const struct elf_image *e, const char *name,
                 struct elf_section *out)
{
	struct elf_section strings;
	uint32_t at;

	if (!section_at(e, e->names, &strings, &at) || strings.size > e->size)
		return false;
	for (uint32_t i = 0; i < e->section_count; i++)
		if (section_at(e, i, out, &at) && named(e, &strings, at, name))
			return true;
	return false;
}

//---------------------------------------------------------------------------
// Addresses and symbols
//---------------------------------------------------------------------------

size_t elf_read(const struct elf_image *e, uint64_t address, void *out, size_t n)
{
	struct elf_segment s;

	for (uint32_t i = 0; i < e->segment_count; i++) {
		uint64_t into;

		if (!elf_segment(e, i, &s))
			return 0;
		into = address - s.address;
		if (s.type != PT_LOAD || address < s.address ||
		    into >= s.file_size || s.offset > UINT64_MAX - into)
			continue;
		if (n > s.file_size - into)
			n = (size_t)(s.file_size - into);
		return elf_read_at(e, s.offset + into, out, n);
	}
	return 0;
}

// A table of symbols, and the strings it names them with.
struct symbols {
	const struct elf_image *e;
	struct elf_section strings;
	const char *name;
	uint64_t bytes;
	size_t each;
};

static bool match(const struct symbols *s, const unsigned char *raw)
{
	unsigned type = (unsigned)FIELD(s->e, raw, Sym, st_info) & 15;

	return type == STT_OBJECT && FIELD(s->e, raw, Sym, st_size) == s->bytes &&
	       named(s->e, &s->strings, FIELD(s->e, raw, Sym, st_name), s->name);
}

bool elf_symbol(const struct elf_image *e, const char *name, uint64_t bytes,
                uint64_t *address)
{
	struct symbols s = {.e = e, .name = name, .bytes = bytes};
	unsigned char raw[512 * sizeof(Elf64_Sym)];
	struct elf_section table;
	uint32_t unused;

	s.each = e->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	if (!elf_section(e, ".symtab", &table) ||
	    !section_at(e, table.link, &s.strings, &unused) ||
	    s.strings.size > e->size || table.offset > e->size)
		return false;
	if (table.size > e->size - table.offset)
		table.size = e->size - table.offset;
	for (uint64_t at = 0; at < table.size; at += 512 * s.each) {
		uint64_t left = (table.size - at) / s.each;
		size_t n = left < 512 ? (size_t)left : 512;

		n = elf_read_at(e, table.offset + at, raw, n * s.each) / s.each;
		for (size_t i = 0; i < n; i++)
			if (match(&s, raw + i * s.each)) {
				*address = FIELD(e, raw + i * s.each, Sym,
				                 st_value);
				return true;
			}
		if (!n)
			return false;
	}
	return false;
}
