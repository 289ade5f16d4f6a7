// nearest.h - "did you mean": the valid names closest to a wrong one.
#ifndef HARNESS_NEAREST_H
#define HARNESS_NEAREST_H

#include <stddef.h>

enum { NEAREST_WORD_MAX = 64 };

// nearest_distance is the number of insertions, deletions, substitutions and
// swaps of neighbours that turn a into b, letters' case aside. Only the first
// NEAREST_WORD_MAX bytes of each are looked at.
unsigned nearest_distance(const char *a, const char *b);

// nearest_hint writes into out what to say after an unknown word: "did you
// mean fib or uts?" when some of the n names are close, else "valid are: ..."
// with as many names as fit. Returns out.
char *nearest_hint(const char *word, const char *const *names, size_t n,
                   char *out, size_t outlen);

#endif
