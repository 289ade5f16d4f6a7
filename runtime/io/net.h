// net.h - what every kind of socket does with the poller.
#ifndef IO_NET_H
#define IO_NET_H

// net_adopt watches a fresh descriptor, or closes it. fd below 0 is an error to be
// passed on. Returns fd, or -errno.
int net_adopt(int fd);

// net_accept is accepting on any socket that listens. Blocks: G.
int net_accept(int h);

#endif
