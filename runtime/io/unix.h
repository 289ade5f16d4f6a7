// unix.h - what closing has to know of Unix sockets.
#ifndef IO_UNIX_H
#define IO_UNIX_H

// unix_closing removes the path of a listener; nobody uses the handle any more, and
// its descriptor is still open.
void unix_closing(int h);

#endif
