// trees.h - work trees of git for a gate, in a private directory, removed on
// every way out.
#ifndef HARNESS_GATE_TREES_H
#define HARNESS_GATE_TREES_H

#include <stddef.h>

// Zeroed, there is none.
struct trees {
	char *dir;    // the private directory; NULL: none
	int lock;     // held on it as long as we live
	char *prefix; // where in its repository we were started: "" or "a/b/"
};

// trees_begin removes what gates that were killed have left behind, and makes
// the directory. 0; -EINVAL when this is no repository of git, or another
// -errno, after a message.
int trees_begin(struct trees *t);

// trees_add checks a ref out below the directory, under that name. dir is where
// in it the gate was started; commit what the ref is, shortly. To be freed.
// 0; -EINVAL when there is no such ref, or another -errno, after a message.
int trees_add(struct trees *t, const char *name, const char *ref, char **dir,
              char **commit);

// trees_here describes the commit we stand on, with "-dirty" behind it when the
// files differ. To be freed; NULL after a message.
char *trees_here(void);

// trees_end removes all of it, and lets git forget its work trees.
void trees_end(struct trees *t);

#endif
