// store_dir.h - the directory of a store: made, locked, looked into.
//
// Each returns 0 or -errno with the reason in s->why.
#ifndef RESULTS_STORE_DIR_H
#define RESULTS_STORE_DIR_H

#include "store_db.h"

// store_dir_make makes dir and its missing parents.
int store_dir_make(struct store *s, const char *dir);

// store_dir_lock locks dir until s->lock is closed; -EBUSY when another has.
int store_dir_lock(struct store *s, const char *dir);

// store_dir_recognize says whether s->file is a store that we can use: -ENOENT
// there is none, -EINVAL it is something else, -EPROTO of another version.
int store_dir_recognize(struct store *s);

// store_dir_refuse writes "FILE: what, remedy" and returns -e.
int store_dir_refuse(struct store *s, int e, const char *what,
                     const char *remedy);

#endif
