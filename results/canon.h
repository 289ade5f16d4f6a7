// canon.h - JSON texts compared by what they mean.
#ifndef RESULTS_CANON_H
#define RESULTS_CANON_H

#include <stdbool.h>
#include <stddef.h>

// canon_object returns the object in text in its canonical form, keys sorted
// and no blanks, for the caller to free; NULL when text is no JSON object, with
// the reason in why.
char *canon_object(const char *text, char *why, size_t size);

// canon_differ says whether two canonical objects differ, and writes where
// first: "procs: [1,2] there, [1,2,4] here".
bool canon_differ(const char *there, const char *here, char *where, size_t size);

#endif
