// utf8.h - text of unknown origin: decoded, measured, made printable.
#ifndef RESULTS_UTF8_H
#define RESULTS_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD UINT32_MAX

// utf8_next decodes the character at *s and moves *s behind it. 0 at the end,
// where *s stays; UTF8_BAD, and one byte on, for what is not UTF-8.
uint32_t utf8_next(const char **s);

// utf8_columns returns how many columns of a terminal a character takes: 0, 1
// or 2; -1 for what must not be printed (controls, marks that reorder text).
int utf8_columns(uint32_t c);

// utf8_width is the sum over a text, '?' standing for what is not printable.
size_t utf8_width(const char *s);

// utf8_clean copies s, '?' for what is not printable and a blank for a tab or
// line end; cut at a whole character when it is too long. Returns out.
char *utf8_clean(char *out, size_t size, const char *s);

#endif
