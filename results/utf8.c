// utf8.c - a strict UTF-8 decoder and the widths of characters.
//
// The tables are coarse: blocks that combine, blocks that are wide. That aligns
// what names and units are made of; it is no Unicode library.
#include "utf8.h"

#include <string.h>

struct range {
	uint32_t first, last;
};

static const struct range combining[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
	{0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d}, {0x2060, 0x2064},
	{0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};

static const struct range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
	{0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xac00, 0xd7a3},
	{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
	{0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
	{0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

// Controls, line and paragraph separators, bidirectional overrides,
// surrogates, and what XML does not allow.
static const struct range unprintable[] = {
	{0x0000, 0x001f}, {0x007f, 0x009f}, {0x200e, 0x200f}, {0x2028, 0x202e},
	{0x2066, 0x2069}, {0xd800, 0xdfff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff},
};

#define IN(table, c) is_in(table, sizeof(table) / sizeof *(table), c)

static int is_in(const struct range *r, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= r[i].first && c <= r[i].last)
			return 1;
	}
	return 0;
}

// length_of returns how many bytes a character takes by its first one, the
// bits of it that count, and the least value that needs that length.
static int length_of(unsigned char b, uint32_t *bits, uint32_t *least)
{
	static const uint32_t start[] = {0, 0, 0x80, 0x800, 0x10000};
	int n = b < 0x80 ? 1 : b < 0xc0 ? 0 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
	if (b >= 0xf8)
		n = 0;
	*bits = n == 1 ? b : b & (0x7fu >> n);
	*least = start[n];
	return n;
}

uint32_t utf8_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	if (!*p)
		return 0;
	uint32_t c, least;
	int n = length_of(*p, &c, &least);
	*s += 1;
	if (n == 0)
		return UTF8_BAD;
	for (int i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return UTF8_BAD;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff)
		return UTF8_BAD;
	*s += n - 1;
	return c;
}

int utf8_columns(uint32_t c)
{
	if (c > 0x10ffff || IN(unprintable, c))
		return -1;
	if (IN(combining, c))
		return 0;
	return IN(wide, c) ? 2 : 1;
}

size_t utf8_width(const char *s)
{
	size_t width = 0;
	for (uint32_t c; (c = utf8_next(&s));) {
		int n = utf8_columns(c);
		width += n < 0 ? 1 : (size_t)n;
	}
	return width;
}

char *utf8_clean(char *out, size_t size, const char *s)
{
	size_t used = 0;
	const char *from = s;
	for (uint32_t c; (c = utf8_next(&s)); from = s) {
		const char *piece = from;
		size_t n = (size_t)(s - from);
		if (c == '\t' || c == '\n' || c == '\r') {
			piece = " ";
			n = 1;
		} else if (utf8_columns(c) < 0) {
			piece = "?";
			n = 1;
		}
		if (used + n >= size)
			break;
		memcpy(out + used, piece, n);
		used += n;
	}
	if (size)
		out[used] = '\0';
	return out;
}
