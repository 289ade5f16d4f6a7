// sha1.h - the SHA-1 digest, as the generator of the unbalanced tree search.
#ifndef WORKLOADS_SHA1_H
#define WORKLOADS_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_SIZE = 20 };

// sha1_digest writes the digest of the n bytes at data to out, which may lie
// within data.
void sha1_digest(const void *data, size_t n, uint8_t out[SHA1_SIZE]);

#endif
