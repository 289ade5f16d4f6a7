// tree.h - the processes that descend from one, kept up to date at little cost.
#ifndef HARNESS_PROCFS_TREE_H
#define HARNESS_PROCFS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Process ids by rising number.
struct pids {
	pid_t *v;
	size_t n, room;
};

struct tree {
	const char *sysroot; // "" is this machine
	pid_t root;          // itself not among the members
	struct pids members; // what descends from it
	struct pids strangers;
};

// tree_begin notes who is there before the root is: none of them can become a
// member, and none has to be asked. 0 or -errno. Zeroed but for sysroot before; the
// root is set when it has started.
int tree_begin(struct tree *t);

// tree_look brings the members up to date. 0; -errno when /proc cannot be read,
// and -ENOMEM, with the members as they were.
int tree_look(struct tree *t);
void tree_free(struct tree *t);

// tree_stat is what one line of /proc/PID/stat says: the parent, and whether the
// process or thread has ended and is only to be waited for. False: it is no such
// line. The name in it may hold anything, blanks and brackets too.
bool tree_stat(const char *line, pid_t *parent, bool *ended);

// pids_list reads the numbers that stand in a directory of /proc, sorted. 0 or
// -errno; a directory that is gone is -ENOENT.
int pids_list(struct pids *p, const char *dir);
void pids_free(struct pids *p);

#endif
