// godebug.h - settings in GODEBUG, and numbers, as Go's runtime reads them.
#ifndef HARNESS_WHY_GODEBUG_H
#define HARNESS_WHY_GODEBUG_H

#include <stdbool.h>
#include <stdint.h>

// godebug_setting sets *value to that of a setting in "a=1,b=2": the last one
// counts, and what is no number is passed over. false: it is not there (text
// may be NULL), and *value stays.
bool godebug_setting(const char *text, const char *name, int32_t *value);

// godebug_number reads a whole text as Go's runtime of this release does: 32
// bits, decimal; a leading plus is allowed since 1.26.
bool godebug_number(const char *text, int release, int32_t *value);

#endif
