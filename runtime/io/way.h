// way.h - how the reads and writes of a handle wait, where not in the poller.
#ifndef IO_WAY_H
#define IO_WAY_H

#include <dyno/io.h>
#include <stddef.h>
#include <sys/types.h>

// way_of is what dy_set_way chose for an open handle.
enum dy_way way_of(int fd);
// way_closing forgets it: the number is about to be somebody else's.
void way_closing(int fd);

// One read or write of an open handle whose way is not DY_WAY_POLL. Block: G, and M
// where the way says so.
ssize_t way_read(enum dy_way way, int fd, void *buf, size_t n);
ssize_t way_write(enum dy_way way, int fd, const void *buf, size_t n);

#endif
