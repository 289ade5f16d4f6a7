// ring.h - calls that the kernel completes by itself, and who waits for them.
#ifndef SCHED_RING_H
#define SCHED_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// ring_open makes sure that there is a ring. 0; -ENOTSUP: not on this system; or
// -errno. Blocks: nothing.
int ring_open(void);
// ring_close ends it, with all calls under way. No goroutine runs any more.
void ring_close(void);

// A call on fd at offset, which is RING_NO_OFFSET for sockets and pipes: a count, or
// -errno. ring_open has succeeded. Block: G.
#define RING_NO_OFFSET UINT64_MAX
ssize_t ring_read(int fd, void *buf, size_t n, uint64_t offset);
ssize_t ring_write(int fd, const void *buf, size_t n, uint64_t offset);

#endif
