// stream.h - messages over a stream of bytes, read and written whole.
#ifndef WORKLOADS_STREAM_H
#define WORKLOADS_STREAM_H

#include <dyno/io.h>
#include <errno.h>
#include <stdint.h>

// stream_read reads exactly n bytes. 0, or -errno; -EPIPE: the end came first.
// Blocks: G.
static inline int stream_read(int h, uint8_t *buf, size_t n)
{
	while (n > 0) {
		ssize_t got = dy_read(h, buf, n);

		if (got <= 0)
			return got < 0 ? (int)got : -EPIPE;
		buf += got;
		n -= (size_t)got;
	}
	return 0;
}

// stream_write writes n bytes. 0, or -errno. Blocks: G.
static inline int stream_write(int h, const uint8_t *buf, size_t n)
{
	ssize_t put = dy_write(h, buf, n);

	return put < 0 ? (int)put : 0;
}

#endif
