// store_db.h - what the files of the store share: the connection, and how a
// failure of SQLite becomes an errno value and a sentence.
#ifndef RESULTS_STORE_DB_H
#define RESULTS_STORE_DB_H

#include "store.h"

#include <sqlite3.h>

enum { STORE_WHY = 512 };

struct store {
	sqlite3 *db;
	int lock;                      // the locked directory; -1: a reader
	char *file;                    // path of the store
	struct store_experiment about; // its strings are ours
	char why[STORE_WHY];
};

// store_db_open connects to s->file with SQLite's flags. 0 or -errno, s->why.
int store_db_open(struct store *s, int flags);

// store_db_exec runs SQL without results; doing says what for.
int store_db_exec(struct store *s, const char *sql, const char *doing);

// store_db_prepare returns a statement, or NULL with s->why set.
sqlite3_stmt *store_db_prepare(struct store *s, const char *sql);

// store_db_done runs a statement that returns no rows, and finalizes it.
int store_db_done(struct store *s, sqlite3_stmt *q, const char *doing);

// store_db_fail turns SQLite's last error into -errno and s->why.
int store_db_fail(struct store *s, const char *doing);

// store_db_rollback abandons a transaction if one is open; s->why stays.
void store_db_rollback(struct store *s);

#endif
