// go_binary.c - what a Go program's file says of how it was built.
//
// The linker leaves a block in the section .go.buildinfo, or, where there are no
// sections, near the start of the writable data, on a multiple of 16:
//
//	 0  "\xff Go buildinf:"   14 bytes
//	14  size of a pointer
//	15  bit 0: pointers are big-endian; bit 1: the strings stand inline
//	16  Go before 1.18: pointers to two Go strings (address, length)
//	32  since 1.18: two strings, each after its length as a varint
//
// The first string is the version, the second the modules, between two marks of
// 16 bytes. It has one line for each fact, its words parted by tabs:
//
//	path	example.com/cmd/server
//	dep	go.uber.org/automaxprocs	v1.6.0	h1:...
//	build	DefaultGODEBUG=containermaxprocs=0,...
#include "go_binary.h"

#include "../procfs/small_file.h"
#include "elf_image.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAGIC_LEN = 14,
	HEADER = 32,
	ALIGN = 16,
	INLINE = 2,           // the flag
	MARK = 16,            // around the modules
	CHUNK = 1 << 16,      // searched at a time, a multiple of ALIGN
	SEARCH_MAX = 4 << 20, // of data without sections
	VERSION_MAX = 4096,
	MODULES_MAX = 4 << 20,
};

static const char magic[] = "\xff Go buildinf:";

//---------------------------------------------------------------------------
// Versions
//---------------------------------------------------------------------------

int go_release(const char *version)
{
	const char *at = strstr(version, "go1.");
	int release = 0;

	if (!at || at[4] < '0' || at[4] > '9')
		return GO_RELEASE_UNKNOWN;
	for (at += 4; *at >= '0' && *at <= '9' && release < 10000; at++)
		release = release * 10 + (*at - '0');
	return release;
}

//---------------------------------------------------------------------------
// The block
//---------------------------------------------------------------------------

static bool search(const struct elf_image *e, uint64_t from, uint64_t size,
                   uint64_t *found)
{
	static const uint64_t mask = ALIGN - 1;
	uint64_t at = (from + mask) & ~mask, end = from + size;
	char *chunk;
	size_t n = 1;

	if (at < from || end < from || !(chunk = malloc(CHUNK)))
		return false;
	for (*found = 0; !*found && n && at < end; at += CHUNK) {
		n = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
		n = elf_read(e, at, chunk, n);
		for (size_t i = 0; !*found && i + HEADER <= n; i += ALIGN)
			if (memcmp(chunk + i, magic, MAGIC_LEN) == 0)
				*found = at + i;
	}
	free(chunk);
	return *found != 0;
}

static bool find_block(const struct elf_image *e, uint64_t *block)
{
	struct elf_section section;
	struct elf_segment s;

	if (elf_section(e, ".go.buildinfo", &section))
		return search(e, section.address,
		              section.size < SEARCH_MAX ? section.size
		                                        : SEARCH_MAX,
		              block);
	for (uint32_t i = 0; elf_segment(e, i, &s); i++)
		if (s.type == PT_LOAD && (s.flags & (PF_W | PF_X)) == PF_W)
			return search(e, s.address,
			              s.file_size < SEARCH_MAX ? s.file_size
			                                       : SEARCH_MAX,
			              block);
	return false;
}

// Bytes of the file and a NUL behind them; s is NULL where there are none.
struct text {
	char *s;
	size_t len;
};

// read_text reads exactly len bytes; nothing if they are not there or more than
// max.
static struct text read_text(const struct elf_image *e, uint64_t at,
                             uint64_t len, size_t max)
{
	struct text t = {len <= max ? malloc((size_t)len + 1) : NULL,
	                 (size_t)len};

	if (!t.s)
		return t;
	t.s[len] = '\0';
	if (elf_read(e, at, t.s, t.len) == len)
		return t;
	free(t.s);
	t.s = NULL;
	return t;
}

// inline_text reads a string after its length and moves *at behind it.
static struct text inline_text(const struct elf_image *e, uint64_t *at, size_t max)
{
	unsigned char raw[9];
	size_t n = elf_read(e, *at, raw, sizeof raw), i = 0;
	uint64_t len = 0;

	do {
		if (i == n)
			return (struct text){NULL, 0};
		len |= (uint64_t)(raw[i] & 127) << 7 * i;
	} while (raw[i++] & 128);
	*at += i + len;
	return read_text(e, *at - len, len, max);
}

// pointed_text reads the Go string that a pointer at `at` in the block leads to.
static struct text pointed_text(const struct elf_image *e,
                                const unsigned char *at, size_t bytes, size_t max)
{
	unsigned char string[16];

	if (elf_read(e, elf_word(e, at, bytes), string, 2 * bytes) != 2 * bytes)
		return (struct text){NULL, 0};
	return read_text(e, elf_word(e, string, bytes),
	                 elf_word(e, string + bytes, bytes), max);
}

static void read_block(struct elf_image e, uint64_t block, struct text *version,
                       struct text *modules)
{
	unsigned char head[HEADER];
	uint64_t at = block + HEADER;
	size_t bytes;

	if (elf_read(&e, block, head, sizeof head) != sizeof head)
		return;
	bytes = head[14];
	if (head[15] & INLINE) {
		*version = inline_text(&e, &at, VERSION_MAX);
		if (version->s)
			*modules = inline_text(&e, &at, MODULES_MAX);
	} else if (bytes == 4 || bytes == 8) {
		e.big = head[15] & 1;
		*version = pointed_text(&e, head + 16, bytes, VERSION_MAX);
		*modules = pointed_text(&e, head + 16 + bytes, bytes,
		                        MODULES_MAX);
	}
}

//---------------------------------------------------------------------------
// The modules
//---------------------------------------------------------------------------

// after returns what follows a prefix of line, or NULL.
static const char *after(const char *line, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(line, prefix, n) == 0 ? line + n : NULL;
}

// unquote copies the value of a build line, which stands in quotes if it has
// blanks in it. Up to the next quote is enough: settings have none.
static void unquote(char *out, size_t size, const char *value)
{
	size_t n;

	if (*value == '"')
		value++;
	n = strcspn(value, "\"");
	snprintf(out, size, "%.*s", n < size ? (int)n : (int)size, value);
}

static void read_line(struct go_binary *b, const char *line)
{
	const char *value;

	if ((value = after(line, "path\t")))
		snprintf(b->module, sizeof b->module, "%s", value);
	else if ((value = after(line, "dep\tgo.uber.org/automaxprocs\t")))
		snprintf(b->automaxprocs, sizeof b->automaxprocs, "%.*s",
		         (int)strcspn(value, "\t"), value);
	else if ((value = after(line, "build\tDefaultGODEBUG=")))
		unquote(b->godebug, sizeof b->godebug, value);
}

static void read_modules(struct go_binary *b, const struct text *modules)
{
	char *rest = modules->s + MARK, *line;

	// A line end at least stands between the marks.
	if (modules->len <= 2 * MARK ||
	    modules->s[modules->len - MARK - 1] != '\n')
		return;
	modules->s[modules->len - MARK] = '\0';
	while ((line = small_file_next(&rest)))
		read_line(b, line);
}

// looks_like_go knows programs whose build information was removed.
static bool looks_like_go(const struct elf_image *e)
{
	struct elf_section s;

	return elf_section(e, ".gopclntab", &s) ||
	       elf_section(e, ".note.go.buildid", &s);
}

void go_binary_read(struct go_binary *b, int fd)
{
	struct text version = {NULL, 0}, modules = {NULL, 0};
	struct elf_image e;
	uint64_t block;
	int err = elf_open(&e, fd);

	*b = (struct go_binary){.release = GO_RELEASE_UNKNOWN};
	if (err) {
		b->kind = err == -ENOEXEC ? GO_BINARY_NO_ELF
		                          : GO_BINARY_UNREADABLE;
		b->error = err;
		return;
	}
	if (find_block(&e, &block))
		read_block(e, block, &version, &modules);
	if (version.s && *version.s) {
		b->kind = GO_BINARY_GO;
		snprintf(b->version, sizeof b->version, "%s", version.s);
		b->release = go_release(version.s);
	} else if (looks_like_go(&e)) {
		b->kind = GO_BINARY_UNVERSIONED;
	}
	if (b->kind == GO_BINARY_GO && modules.s)
		read_modules(b, &modules);
	free(version.s);
	free(modules.s);
}
