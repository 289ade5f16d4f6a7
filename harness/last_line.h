// last_line.h - the last thing that a program said, which mostly is why it failed.
#ifndef HARNESS_LAST_LINE_H
#define HARNESS_LAST_LINE_H

#include <stddef.h>

// last_line_find returns where the last line of text begins that is not empty; the
// line has strcspn(line, "\n") bytes. "": there is none.
const char *last_line_find(const char *text);

// last_line_copy copies that line, or as much of it as there is room for, to out, and
// returns out.
const char *last_line_copy(const char *text, char *out, size_t outlen);

#endif
