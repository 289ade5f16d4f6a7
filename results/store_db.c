// store_db.c - the connection to SQLite, and what its errors mean to a person.
//
// Rollback journal, not WAL. A trial takes at least some tens of milliseconds
// and is stored between two trials, so the few synchronous writes that the
// journal costs more do not matter; in exchange the store is one file at any
// time between two transactions (copy it, archive it), can be read from a
// read-only directory, and works on network file systems, where WAL does not.
// synchronous=EXTRA also survives a power cut right after a commit.
#include "store_db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { BUSY_MS = 10000 }; // a reader holds the file for milliseconds

// cannot_grow returns the errno value of a write that failed for want of space;
// 0 when that is not what happened. SQLite calls only ENOSPC "full"; a quota or
// a size limit is an I/O error to it, whose cause the file may remember.
static int cannot_grow(sqlite3 *db)
{
	int sys = 0;
	if ((sqlite3_errcode(db) & 0xff) == SQLITE_FULL)
		return ENOSPC;
	if (sqlite3_extended_errcode(db) != SQLITE_IOERR_WRITE)
		return 0;
	sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &sys);
	if (sys == 0)
		return ENOSPC;
	return sys == ENOSPC || sys == EDQUOT || sys == EFBIG ? sys : 0;
}

static bool is_duplicate(sqlite3 *db)
{
	int code = sqlite3_extended_errcode(db);
	return code == SQLITE_CONSTRAINT_UNIQUE ||
	       code == SQLITE_CONSTRAINT_PRIMARYKEY;
}

static int errno_of(sqlite3 *db)
{
	int no_space = cannot_grow(db);
	if (no_space)
		return no_space;
	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_NOMEM:
		return ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return EBUSY;
	case SQLITE_CONSTRAINT:
		return is_duplicate(db) ? EEXIST : EINVAL;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return EACCES;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return EBADMSG;
	default:
		return EIO;
	}
}

static const char *remedy(int err)
{
	switch (err) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return "; make space and resume: no finished trial is lost";
	case EACCES:
		return "; choose a directory that you may write to";
	case EBUSY:
		return "; another program holds the file, let it end";
	case EBADMSG:
		return "; the file is damaged, restore a copy or start anew";
	default:
		return "";
	}
}

int store_db_fail(struct store *s, const char *doing)
{
	int err = errno_of(s->db);
	const char *what = sqlite3_errmsg(s->db);
	if (err == ENOSPC || err == EDQUOT || err == EFBIG)
		what = "the disk is full, or a quota or size limit is reached";
	snprintf(s->why, sizeof s->why, "%s: %s: %s%s", s->file, doing, what,
	         remedy(err));
	return -err;
}

int store_db_exec(struct store *s, const char *sql, const char *doing)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_db_fail(s, doing);
	return 0;
}

sqlite3_stmt *store_db_prepare(struct store *s, const char *sql)
{
	sqlite3_stmt *q = NULL;
	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK)
		store_db_fail(s, "preparing a statement");
	return q;
}

int store_db_done(struct store *s, sqlite3_stmt *q, const char *doing)
{
	int err = 0;
	if (sqlite3_step(q) != SQLITE_DONE)
		err = store_db_fail(s, doing);
	sqlite3_finalize(q);
	return err;
}

void store_db_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_db_open(struct store *s, int flags)
{
	int rc = sqlite3_open_v2(s->file, &s->db, flags, NULL);
	if (!s->db) {
		snprintf(s->why, sizeof s->why, "%s: %s", s->file,
		         strerror(ENOMEM));
		return -ENOMEM;
	}
	if (rc != SQLITE_OK)
		return store_db_fail(s, "opening");
	sqlite3_busy_timeout(s->db, BUSY_MS);
	return store_db_exec(s,
	                     "PRAGMA journal_mode=DELETE;"
	                     "PRAGMA synchronous=EXTRA;"
	                     "PRAGMA foreign_keys=ON;"
	                     "PRAGMA trusted_schema=OFF;",
	                     "opening");
}
