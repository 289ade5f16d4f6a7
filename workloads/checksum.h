// checksum.h - a quick sum over bytes that their order changes.
//
// FNV-1a, eight bytes at a time: it finds what goes wrong by accident (a block
// from elsewhere, a lost or doubled message), not what is done on purpose.
#ifndef WORKLOADS_CHECKSUM_H
#define WORKLOADS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CHECKSUM_START UINT64_C(0xcbf29ce484222325)

// checksum_add returns sum continued by the n bytes at buf.
static inline uint64_t checksum_add(uint64_t sum, const void *buf, size_t n)
{
	const uint8_t *p = buf;

	while (n > 0) {
		uint64_t x = 0;
		size_t part = n < sizeof(x) ? n : sizeof(x);

		memcpy(&x, p, part);
		sum = (sum ^ x) * UINT64_C(0x100000001b3);
		p += part;
		n -= part;
	}
	return sum;
}

#endif
