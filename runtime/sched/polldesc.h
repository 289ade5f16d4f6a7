// polldesc.h - a descriptor that goroutines wait for: its life, whose turn it
// is, and until when.
#ifndef SCHED_POLLDESC_H
#define SCHED_POLLDESC_H

#include "sched/g.h"

struct poll_desc;

enum { POLL_READ, POLL_WRITE, POLL_MODES };

// polldesc_open watches a fresh descriptor. 0, or -errno and nothing is watched.
int polldesc_open(int fd);
// polldesc_close ends the calls that are under way with -ECANCELED, and returns
// when the last is over: then nobody uses the descriptor any more. -EBADF: it
// is not open. Blocks: G, meanwhile.
int polldesc_close(int fd);

// polldesc_enter begins a call that reads or writes; such calls of one mode take
// turns, first come, first served. 0, and a polldesc_leave must follow; or
// -EBADF (not open), -ECANCELED (closed meanwhile), -ETIMEDOUT (the deadline has
// passed). Blocks: G.
int polldesc_enter(int fd, int mode, struct poll_desc **out);
void polldesc_leave(struct poll_desc *pd, int mode);
// polldesc_wait parks until the descriptor is ready that way: 0, -ECANCELED or
// -ETIMEDOUT. A readiness that came since the last wait is not lost; there may
// be wakes for nothing. Blocks: G.
int polldesc_wait(struct poll_desc *pd, int mode);

// polldesc_deadline sets the time at which calls of this mode end with
// -ETIMEDOUT; 0: never. -EBADF: not open. Blocks: nothing.
int polldesc_deadline(int fd, int mode, uint64_t when);

// polldesc_event notes that a descriptor has become ready, and returns the
// goroutine that waited for that, still WAITING; NULL: none.
struct g *polldesc_event(uint64_t token, int mode);
bool polldesc_awaited(void); // somebody waits
void polldesc_free_all(void);

#endif
