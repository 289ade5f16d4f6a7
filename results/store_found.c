// store_found.c - what searches found, in a store.
//
// The table is made when a search first ends, so that stores without a search are as
// they were, and what older versions of dyno wrote can be read and gone on with.
#include "store.h"
#include "store_db.h"

#include <errno.h>

static const char table[] = "CREATE TABLE IF NOT EXISTS found("
			    "  point INTEGER PRIMARY KEY REFERENCES point(id),"
			    "  sought TEXT NOT NULL,"
			    "  unit TEXT NOT NULL,"
			    "  promise TEXT NOT NULL,"
			    "  end TEXT NOT NULL,"
			    "  highest INTEGER,"  // NULL: none is kept
			    "  fails_at INTEGER," // NULL: none is known to fail
			    "  trials INTEGER NOT NULL) STRICT";

static void bind_value(sqlite3_stmt *q, int i, int64_t v)
{
	if (v)
		sqlite3_bind_int64(q, i, v);
}

int store_add_found(struct store *s, const struct store_found *f)
{
	int err = store_db_exec(s, table, "making a table");
	sqlite3_stmt *q = err ? NULL
	                      : store_db_prepare(
					s, "INSERT OR REPLACE INTO found "
					   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	if (!q)
		return err ? err : -EIO;
	sqlite3_bind_int64(q, 1, f->point);
	sqlite3_bind_text(q, 2, f->sought, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 3, f->unit, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 4, f->promise, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 5, f->end, -1, SQLITE_STATIC);
	bind_value(q, 6, f->highest);
	bind_value(q, 7, f->fails_at);
	sqlite3_bind_int64(q, 8, f->trials);
	return store_db_done(s, q, "storing what was found");
}

// has_table says whether a search has ended here: 1, 0 or -errno.
static int has_table(struct store *s)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "SELECT 1 FROM sqlite_schema WHERE name = 'found'");
	if (!q)
		return -EIO;
	int rc = sqlite3_step(q);
	int has = rc == SQLITE_ROW;
	if (!has && rc != SQLITE_DONE)
		has = store_db_fail(s, "looking for a table");
	sqlite3_finalize(q);
	return has;
}

static const char *text(sqlite3_stmt *q, int i)
{
	const char *t = (const char *)sqlite3_column_text(q, i);
	return t ? t : "";
}

static int walk(struct store *s, sqlite3_stmt *q, store_found_fn fn, void *arg)
{
	int rc, stop = 0;
	while (!stop && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		struct store_found f = {
			.point = sqlite3_column_int64(q, 0),
			.sought = text(q, 1),
			.unit = text(q, 2),
			.promise = text(q, 3),
			.end = text(q, 4),
			.highest = sqlite3_column_int64(q, 5),
			.fails_at = sqlite3_column_int64(q, 6),
			.trials = sqlite3_column_int64(q, 7),
		};
		stop = fn(arg, &f);
	}
	if (!stop && rc != SQLITE_DONE)
		stop = store_db_fail(s, "reading what was found");
	return stop;
}

int store_each_found(struct store *s, store_found_fn fn, void *arg)
{
	int has = has_table(s);
	if (has <= 0)
		return has;
	sqlite3_stmt *q = store_db_prepare(
		s, "SELECT point, sought, unit, promise, end, highest, fails_at, "
		   "trials FROM found ORDER BY point");
	if (!q)
		return -EIO;
	int stop = walk(s, q, fn, arg);
	sqlite3_finalize(q);
	return stop;
}
