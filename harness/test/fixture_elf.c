// fixture_elf.c - tiny ELF files such as Go's linker might have written.
//
//	0x000  header
//	0x100  program header: one segment, the whole file
//	0x200  section headers: none, build information, symbols, strings
//	0x400  strings: the names of sections and symbols
//	0x500  symbols
//	0x600  build information, 0x640 its Go strings, 0x700 their text
#include "fixture_elf.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>

enum {
	SEGMENTS = 0x100,
	SECTIONS = 0x200,
	STRINGS = 0x400,
	SYMBOLS = 0x500,
	BLOCK = 0x600,
	POINTERS = 0x640,
	TEXT = 0x700,
	NAME = 1, // offsets in the strings
	NAME_SYMTAB = 32,
	NAME_STRTAB = 48,
	NAME_PROCS = 64,
};

struct maker {
	unsigned char *bytes;
	bool wide, big;
};

static void put(struct maker *m, size_t at, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		m->bytes[at + (m->big ? bytes - 1 - i : i)] =
			(unsigned char)(v >> 8 * i);
}

#define PUT(m, base, type, field, v) \
	((m)->wide ? put(m, (base) + offsetof(Elf64_##type, field), v, \
	                 sizeof(((Elf64_##type *)0)->field)) \
	           : put(m, (base) + offsetof(Elf32_##type, field), v, \
	                 sizeof(((Elf32_##type *)0)->field)))

static void put_header(struct maker *m, const struct fixture_elf *want)
{
	memcpy(m->bytes, ELFMAG, SELFMAG);
	m->bytes[EI_CLASS] = m->wide ? ELFCLASS64 : ELFCLASS32;
	m->bytes[EI_DATA] = m->big ? ELFDATA2MSB : ELFDATA2LSB;
	PUT(m, 0, Ehdr, e_type, want->anywhere ? ET_DYN : ET_EXEC);
	PUT(m, 0, Ehdr, e_phoff, SEGMENTS);
	PUT(m, 0, Ehdr, e_phentsize,
	    m->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr));
	PUT(m, 0, Ehdr, e_phnum, 1);
	PUT(m, SEGMENTS, Phdr, p_type, PT_LOAD);
	PUT(m, SEGMENTS, Phdr, p_flags, PF_R | PF_W);
	PUT(m, SEGMENTS, Phdr, p_vaddr, FIXTURE_ELF_BASE);
	PUT(m, SEGMENTS, Phdr, p_filesz, FIXTURE_ELF_MAX);
	PUT(m, SEGMENTS, Phdr, p_memsz, FIXTURE_ELF_MAX);
}

static void put_section(struct maker *m, size_t i, uint32_t name, uint32_t type,
                        size_t offset, size_t size)
{
	size_t at = SECTIONS +
	            i * (m->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));

	PUT(m, at, Shdr, sh_name, name);
	PUT(m, at, Shdr, sh_type, type);
	PUT(m, at, Shdr, sh_addr, FIXTURE_ELF_BASE + offset);
	PUT(m, at, Shdr, sh_offset, offset);
	PUT(m, at, Shdr, sh_size, size);
	PUT(m, at, Shdr, sh_link, 3);
}

static void put_sections(struct maker *m, const struct fixture_elf *want)
{
	char *strings = (char *)m->bytes + STRINGS;

	PUT(m, 0, Ehdr, e_shoff, SECTIONS);
	PUT(m, 0, Ehdr, e_shentsize,
	    m->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
	PUT(m, 0, Ehdr, e_shnum, 4);
	PUT(m, 0, Ehdr, e_shstrndx, 3);
	strcpy(strings + NAME, want->version ? ".go.buildinfo"
	                       : want->other ? want->other
	                                     : ".text");
	strcpy(strings + NAME_SYMTAB, ".symtab");
	strcpy(strings + NAME_STRTAB, ".strtab");
	strcpy(strings + NAME_PROCS, "runtime.gomaxprocs");
	put_section(m, 1, NAME, SHT_PROGBITS, BLOCK, FIXTURE_ELF_MAX - BLOCK);
	put_section(m, 2, NAME_SYMTAB, SHT_SYMTAB, SYMBOLS,
	            m->wide ? 2 * sizeof(Elf64_Sym) : 2 * sizeof(Elf32_Sym));
	put_section(m, 3, NAME_STRTAB, SHT_STRTAB, STRINGS, SYMBOLS - STRINGS);
}

static void put_symbol(struct maker *m)
{
	size_t at = SYMBOLS + (m->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym));

	PUT(m, at, Sym, st_name, NAME_PROCS);
	PUT(m, at, Sym, st_info, STB_GLOBAL << 4 | STT_OBJECT);
	PUT(m, at, Sym, st_value, FIXTURE_ELF_PROCS);
	PUT(m, at, Sym, st_size, 4);
}

// put_text writes a string, after its length if asked for, and returns where
// the next one goes.
static size_t put_text(struct maker *m, size_t at, const char *text, size_t n,
                       bool length)
{
	for (size_t v = n; length; v >>= 7) {
		m->bytes[at++] = (unsigned char)(v & 127) | (v > 127 ? 128 : 0);
		length = v > 127;
	}
	memcpy(m->bytes + at, text, n);
	return at + n;
}

// marked copies the modules between marks, the second with a zero in it.
static size_t marked(char *out, const char *modules)
{
	size_t n = strlen(modules);

	memcpy(out,
	       "0w\xaf\x0c\x92t\x08\x02"
	       "A\xe1\xc1\x07\xe6\xd6\x18\xe6",
	       16);
	memcpy(out + 16, modules, n);
	memcpy(out + 16 + n,
	       "\xf9"
	       "2C1\x86\x18 r\0\x82"
	       "B\x10"
	       "A\x16\xd8\xf2",
	       16);
	return n + 32;
}

static void put_block(struct maker *m, const struct fixture_elf *want)
{
	size_t word = m->wide ? 8 : 4, at = TEXT, n = 0, len;
	char modules[2048];

	memcpy(m->bytes + BLOCK, "\xff Go buildinf:", 14);
	m->bytes[BLOCK + 14] = (unsigned char)word;
	len = strlen(want->version);
	if (want->modules)
		n = marked(modules, want->modules);
	if (!want->pointers) {
		m->bytes[BLOCK + 15] = 2;
		at = put_text(m, BLOCK + 32, want->version, len, true);
		put_text(m, at, modules, n, true);
		return;
	}
	m->bytes[BLOCK + 15] = m->big;
	put(m, BLOCK + 16, FIXTURE_ELF_BASE + POINTERS, word);
	put(m, BLOCK + 16 + word, FIXTURE_ELF_BASE + POINTERS + 2 * word, word);
	put(m, POINTERS, FIXTURE_ELF_BASE + at, word);
	put(m, POINTERS + word, len, word);
	at = put_text(m, at, want->version, len, false);
	put(m, POINTERS + 2 * word, FIXTURE_ELF_BASE + at, word);
	put(m, POINTERS + 3 * word, n, word);
	put_text(m, at, modules, n, false);
}

void fixture_elf_make(struct fixture_image *out, const struct fixture_elf *want)
{
	struct maker m = {out->bytes, !want->narrow, want->big};

	memset(out, 0, sizeof *out);
	out->n = FIXTURE_ELF_MAX;
	put_header(&m, want);
	if (!want->no_sections)
		put_sections(&m, want);
	if (want->symbol)
		put_symbol(&m);
	if (want->version)
		put_block(&m, want);
}
