// io.h - sockets, pipes and files for goroutines.
//
// Handles are small non-negative numbers. Results are counts or handles, or
// -errno. Sockets and pipes wait in the network poller and block only the G.
// Files cannot be polled: their calls go through the system call protocol and
// block G and M, or io_uring completes them. Interrupted calls are repeated.
// Buffers and paths stay the caller's. Only for goroutines.
#ifndef DYNO_IO_H
#define DYNO_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

//---------------------------------------------------------------------------
// Sockets and pipes
//---------------------------------------------------------------------------

// Any number of goroutines may use a handle at once. Of two that read (or accept)
// the later waits for the earlier to return, and likewise of two that write.
// -EBADF: h is not an open socket or pipe. -ECANCELED: it was closed meanwhile.
// -ETIMEDOUT: its deadline has passed.

// dy_tcp_listen returns a handle that listens on 127.0.0.1:port (0: any;
// dy_tcp_port tells which), for the caller to close. The runtime serves
// measurement: it never listens beyond loopback. Blocks: nothing.
int dy_tcp_listen(uint16_t port, int backlog);
// dy_tcp_port returns the port that h is bound to. Blocks: nothing.
int dy_tcp_port(int h);
// dy_tcp_accept waits for a connection and returns its handle, for the caller to
// close. Blocks: G.
int dy_tcp_accept(int h);
// dy_tcp_dial connects to 127.0.0.1:port and returns a handle for the caller to
// close; dy_tcp_dial_by gives up with -ETIMEDOUT at the deadline, a time of
// dy_now's clock (0: none). Block: G.
int dy_tcp_dial(uint16_t port);
int dy_tcp_dial_by(uint16_t port, uint64_t deadline);

// The same on Unix sockets. A name that begins with @ is abstract: it is no file, and
// gone with the listener; "@" alone is one that nobody has. Any other is a path, and
// NULL one in $TMPDIR, or /tmp, that nobody has. A path is created for this user alone
// (mode 0600), must not exist, and is removed when the listener is closed.
// dy_unix_name writes the name that h is bound to, and a zero byte, into the n bytes
// at name: 0, -ENAMETOOLONG, or -errno. Blocks: nothing.
int dy_unix_listen(const char *name, int backlog);
int dy_unix_name(int h, char *name, size_t n);
// dy_unix_accept waits for a connection and returns its handle, for the caller to
// close. Blocks: G.
int dy_unix_accept(int h);
// dy_unix_dial connects to a name and returns a handle for the caller to close.
// -EAGAIN: as many wait to be accepted as the backlog allows. Blocks: nothing.
int dy_unix_dial(const char *name);

// dy_pipe opens a pipe: h[0] reads, h[1] writes; the caller closes both. 0, or
// -errno. Blocks: nothing.
int dy_pipe(int h[2]);

// dy_read returns what there is, at most n bytes; 0 at the end. Blocks: G.
ssize_t dy_read(int h, void *buf, size_t n);
// dy_write writes all n bytes unless an error comes first. When that is the
// deadline, and some bytes were written, it returns how many. Blocks: G.
ssize_t dy_write(int h, const void *buf, size_t n);

// dy_set_read_deadline sets the time, of dy_now's clock, from which on reading
// and accepting end with -ETIMEDOUT, also when there is something to read;
// dy_set_write_deadline does so for writing, dy_set_deadline for both. It holds
// for calls under way and for later ones, until it is set anew. 0: no deadline.
// 0, or -EBADF. Block: nothing.
int dy_set_read_deadline(int h, uint64_t when);
int dy_set_write_deadline(int h, uint64_t when);
int dy_set_deadline(int h, uint64_t when);

// How the reads and writes of a handle wait. The poller is the rule; the others are
// there to be compared with it. A close waits for calls that go another way: nothing
// ends them early, neither it nor a deadline.
enum dy_way {
	DY_WAY_POLL, // try, and wait in the poller: block G
	DY_WAY_BLOCK, // a system call that blocks: block G and M, as a program with
		      // a thread for each connection does
	DY_WAY_RING, // io_uring completes them: block G
};
// dy_set_way chooses for h, which nobody has used yet, and for good. 0; -ENOTSUP: no
// io_uring here (a kernel before 5.19, a container or a sysctl that forbids it, the
// virtual machine); -EALREADY: it was chosen before; or -errno. Blocks: nothing.
int dy_set_way(int h, enum dy_way way);

// dy_close closes a socket or pipe. Calls on it that are under way end with
// -ECANCELED, unless they are about to succeed. 0, or -errno. Blocks: G, until
// they have ended.
int dy_close(int h);

//---------------------------------------------------------------------------
// Files
//---------------------------------------------------------------------------

enum {
	DY_FILE_READ = 0,
	DY_FILE_WRITE = 1,  // read and write, created, private (mode 0600)
	DY_FILE_DIRECT = 2, // past the page cache, where the file system can:
			    // else -EINVAL; buffers and offsets align to 4096
	DY_FILE_TEMP = 4,   // path is a directory: a nameless file in it
	DY_FILE_RING = 8, // dy_file_pread and _pwrite by io_uring: they block G
			  // alone; -ENOTSUP as of dy_set_way
};

// dy_file_open returns a handle for the calls below, for the caller to close.
// Blocks: G and M.
int dy_file_open(const char *path, unsigned flags);
// dy_file_pread and dy_file_pwrite move at most n bytes at offset and return how
// many; a read at the end returns 0. Block: G and M.
ssize_t dy_file_pread(int h, void *buf, size_t n, uint64_t offset);
ssize_t dy_file_pwrite(int h, const void *buf, size_t n, uint64_t offset);
// dy_file_sync returns when what was written is on the device: 0, or -errno.
// Blocks: G and M.
int dy_file_sync(int h);
// dy_file_close gives the handle back: 0, or -errno. Blocks: G and M.
int dy_file_close(int h);

#ifdef __cplusplus
}
#endif
#endif
