// io.h - sockets, pipes and files for goroutines.
//
// Handles are small non-negative numbers. Results are counts or handles, or
// -errno. Sockets and pipes wait in the network poller and block only the G.
// Files cannot be polled: their calls go through the system call protocol and
// block G and M. Interrupted calls are repeated.
#ifndef DYNO_IO_H
#define DYNO_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

// dy_tcp_listen listens on 127.0.0.1:port (0: any; dy_tcp_port tells which).
// The runtime serves measurement: it never listens beyond loopback.
int dy_tcp_listen(uint16_t port, int backlog);
int dy_tcp_port(int h);
// dy_tcp_accept waits for a connection. Blocks: G.
int dy_tcp_accept(int h);
// dy_tcp_dial connects to 127.0.0.1:port. Blocks: G.
int dy_tcp_dial(uint16_t port);

// dy_pipe opens a pipe: h[0] reads, h[1] writes.
int dy_pipe(int h[2]);

// dy_read returns what there is, at most n; 0 at the end. Blocks: G.
ssize_t dy_read(int h, void *buf, size_t n);
// dy_write writes all n bytes unless an error comes first. Blocks: G.
ssize_t dy_write(int h, const void *buf, size_t n);
// dy_close closes a socket or pipe; goroutines that wait on it get -ECANCELED.
int dy_close(int h);

enum {
	DY_FILE_READ = 0,
	DY_FILE_WRITE = 1,  // read and write, created, private (mode 0600)
	DY_FILE_DIRECT = 2, // past the page cache, where the file system can:
			    // else -EINVAL; buffers and offsets align to 4096
	DY_FILE_TEMP = 4,   // path is a directory: a nameless file in it
};

// dy_file_open returns a handle for the calls below. Blocks: G and M.
int dy_file_open(const char *path, unsigned flags);
ssize_t dy_file_pread(int h, void *buf, size_t n, uint64_t offset);
ssize_t dy_file_pwrite(int h, const void *buf, size_t n, uint64_t offset);
int dy_file_sync(int h);
int dy_file_close(int h);

#ifdef __cplusplus
}
#endif
#endif
