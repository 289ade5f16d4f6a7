// why_print.h - one process and its verdict, for people and for programs.
#ifndef HARNESS_WHY_WHY_PRINT_H
#define HARNESS_WHY_WHY_PRINT_H

#include "process.h"
#include "verdict.h"

#include <jansson.h>

// why_print writes a few lines, tables and notes to standard output. 0 or
// -errno.
int why_print(const struct process *p, const struct verdict *v);

// why_json returns the same as a new object; harness/README.md has its fields.
// NULL without memory.
json_t *why_json(const struct process *p, const struct verdict *v);

// why_language is "Go 1.26.8", "no Go program", ... in a buffer of its caller's.
const char *why_language(const struct process *p, char *out, size_t size);

#endif
