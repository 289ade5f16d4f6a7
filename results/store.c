// store.c - begins, resumes, opens and closes an experiment.
//
// Invariant: DIR/dyno.sqlite, where it exists, is a whole store with its
// experiment. It is built under another name and renamed when it is complete;
// who builds or writes holds the lock of store_dir.c.
#include "store.h"

#include "canon.h"
#include "store_db.h"
#include "store_dir.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NEW_FILE ".dyno.sqlite.new" // a store that is being built

static const char schema[] =
	"BEGIN;"
	"CREATE TABLE experiment("
	"  id INTEGER PRIMARY KEY CHECK (id = 1),"
	"  plan TEXT NOT NULL,"
	"  seed TEXT NOT NULL," // decimal: unsigned, which SQLite's integer is not
	"  created INTEGER NOT NULL,"
	"  version TEXT NOT NULL,"
	"  environment TEXT NOT NULL) STRICT;"
	"CREATE TABLE point("
	"  id INTEGER PRIMARY KEY,"
	"  key TEXT NOT NULL UNIQUE,"
	"  subject TEXT NOT NULL,"
	"  workload TEXT NOT NULL,"
	"  policy TEXT NOT NULL,"
	"  procs INTEGER NOT NULL,"
	"  m_cap INTEGER," // NULL: none
	"  params TEXT NOT NULL) STRICT;"
	"CREATE TABLE trial("
	"  id INTEGER PRIMARY KEY,"
	"  point INTEGER NOT NULL REFERENCES point(id),"
	"  rep INTEGER NOT NULL,"
	"  position INTEGER NOT NULL,"
	"  outcome TEXT NOT NULL,"
	"  message TEXT NOT NULL,"
	"  started INTEGER NOT NULL,"
	"  seconds REAL NOT NULL,"
	"  seed TEXT NOT NULL,"
	"  doc TEXT,"
	"  UNIQUE (point, rep)) STRICT;"
	"CREATE TABLE metric("
	"  trial INTEGER NOT NULL REFERENCES trial(id),"
	"  name TEXT NOT NULL,"
	"  unit TEXT NOT NULL,"
	"  better TEXT NOT NULL,"
	"  value REAL NOT NULL,"
	"  PRIMARY KEY (trial, name)) STRICT, WITHOUT ROWID;";

// explain hands the reason over to a caller who has no store to ask.
static void explain(const struct store *s, char *err, size_t errlen)
{
	snprintf(err, errlen, "%s", s->why);
}

// new_store allocates an empty one for dir. NULL without memory.
static struct store *new_store(const char *dir)
{
	struct store *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->lock = -1;
	if (asprintf(&s->file, "%s/%s", dir, STORE_FILE) < 0) {
		free(s);
		return NULL;
	}
	return s;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	free((char *)s->about.plan);
	free((char *)s->about.version);
	free((char *)s->about.environment);
	free(s->file);
	free(s);
}

const char *store_why(const struct store *s)
{
	return s->why;
}

const struct store_experiment *store_about(const struct store *s)
{
	return &s->about;
}

//---------------------------------------------------------------------------
// Opening one that is there
//---------------------------------------------------------------------------

static char *column(sqlite3_stmt *q, int i)
{
	const char *text = (const char *)sqlite3_column_text(q, i);
	return strdup(text ? text : "");
}

// load_about reads the experiment.
static int load_about(struct store *s)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "SELECT plan, version, environment, seed, created "
		   "FROM experiment");
	if (!q)
		return -EIO;
	int err = 0;
	if (sqlite3_step(q) == SQLITE_ROW) {
		const char *seed = (const char *)sqlite3_column_text(q, 3);
		s->about.plan = column(q, 0);
		s->about.version = column(q, 1);
		s->about.environment = column(q, 2);
		s->about.seed = strtoull(seed ? seed : "0", NULL, 10);
		s->about.created = sqlite3_column_int64(q, 4);
		if (!s->about.plan || !s->about.version || !s->about.environment)
			err = store_dir_refuse(s, ENOMEM, "out of memory", "");
	} else {
		err = store_db_fail(s, "reading the experiment");
	}
	sqlite3_finalize(q);
	return err;
}

// open_file connects to a store that is there.
static int open_file(struct store *s)
{
	int err = store_dir_recognize(s);
	if (!err)
		err = store_db_open(s, SQLITE_OPEN_READWRITE);
	if (!err && s->lock >= 0 && sqlite3_db_readonly(s->db, "main"))
		err = store_dir_refuse(
			s, EACCES, "the file cannot be written",
			"; choose a directory that you may write to");
	if (!err)
		err = load_about(s);
	return err;
}

//---------------------------------------------------------------------------
// Creating
//---------------------------------------------------------------------------

static int insert_experiment(struct store *s, const struct store_experiment *e)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "INSERT INTO experiment VALUES (1, ?, ?, ?, ?, ?)");
	if (!q)
		return -EIO;
	char seed[24];
	snprintf(seed, sizeof seed, "%" PRIu64, e->seed);
	sqlite3_bind_text(q, 1, e->plan, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, seed, -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 3, time(NULL));
	sqlite3_bind_text(q, 4, e->version, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 5, e->environment, -1, SQLITE_STATIC);
	return store_db_done(s, q, "storing the experiment");
}

static int fill(struct store *s, const struct store_experiment *e)
{
	char sign[96];
	snprintf(sign, sizeof sign,
	         "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
	         STORE_APPLICATION, STORE_VERSION);
	int err = store_db_exec(s, schema, "creating the tables");
	if (!err)
		err = insert_experiment(s, e);
	if (!err)
		err = store_db_exec(s, sign, "creating the store");
	return err;
}

// build makes a whole store under another name, then gives it its own.
static int build(struct store *s, const char *dir,
                 const struct store_experiment *e)
{
	char *new_file;
	if (asprintf(&new_file, "%s/%s", dir, NEW_FILE) < 0)
		return store_dir_refuse(s, ENOMEM, "out of memory", "");
	unlink(new_file); // of a dyno that was killed here; the lock is ours
	char *file = s->file;
	s->file = new_file;
	int err = store_db_open(s, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	if (!err)
		err = fill(s, e);
	sqlite3_close(s->db);
	s->db = NULL;
	s->file = file;
	if (!err && rename(new_file, file) < 0)
		err = store_dir_refuse(s, errno,
		                       "cannot be made: ", strerror(errno));
	if (!err && fsync(s->lock) < 0)
		err = store_dir_refuse(s, errno,
		                       "cannot be synced: ", strerror(errno));
	if (err)
		unlink(new_file);
	free(new_file);
	return err;
}

// canonical makes a copy of e whose JSON texts are canonical.
static int canonical(struct store *s, const struct store_experiment *e,
                     struct store_experiment *out)
{
	char why[160];
	*out = *e;
	out->environment = NULL;
	out->plan = canon_object(e->plan, why, sizeof why);
	if (!out->plan)
		return store_dir_refuse(s, EINVAL, "the plan is ", why);
	out->environment = canon_object(e->environment, why, sizeof why);
	if (!out->environment)
		return store_dir_refuse(s, EINVAL, "the environment is ", why);
	return 0;
}

static int create(struct store *s, const char *dir,
                  const struct store_experiment *e)
{
	int err = store_dir_make(s, dir);
	if (!err)
		err = store_dir_lock(s, dir);
	if (!err && access(s->file, F_OK) == 0) {
		err = store_dir_recognize(s);
		if (!err)
			err = store_dir_refuse(
				s, EEXIST, "there is an experiment already",
				"; resume it, or choose another directory");
	}
	if (err)
		return err;
	struct store_experiment c;
	err = canonical(s, e, &c);
	if (!err)
		err = build(s, dir, &c);
	free((char *)c.plan);
	free((char *)c.environment);
	return err ? err : open_file(s);
}

// same_experiment refuses to mix trials of different experiments.
static int same_experiment(struct store *s, const struct store_experiment *e)
{
	struct store_experiment c;
	char where[256];
	int err = canonical(s, e, &c);
	if (!err && canon_differ(s->about.plan, c.plan, where, sizeof where)) {
		snprintf(s->why, sizeof s->why,
		         "%s: its plan is another: %s; repeat its own plan, or choose "
		         "another directory",
		         s->file, where);
		err = -EINVAL;
	} else if (!err && strcmp(s->about.version, e->version)) {
		snprintf(s->why, sizeof s->why,
		         "%s: it was begun by dyno %s, this is %s; use that one, or "
		         "choose another directory",
		         s->file, s->about.version, e->version);
		err = -EINVAL;
	}
	free((char *)c.plan);
	free((char *)c.environment);
	return err;
}

//---------------------------------------------------------------------------
// The three ways in
//---------------------------------------------------------------------------

// hand_over gives a store that opened to the caller, or the reason why not.
static int hand_over(struct store *s, int result, struct store **out, char *err,
                     size_t errlen)
{
	*out = s;
	if (result) {
		explain(s, err, errlen);
		store_close(s);
		*out = NULL;
	}
	return result;
}

static int no_memory(struct store **out, char *err, size_t errlen)
{
	*out = NULL;
	snprintf(err, errlen, "out of memory");
	return -ENOMEM;
}

int store_create(const char *dir, const struct store_experiment *e,
                 struct store **out, char *err, size_t errlen)
{
	struct store *s = new_store(dir);
	if (!s)
		return no_memory(out, err, errlen);
	return hand_over(s, create(s, dir, e), out, err, errlen);
}

int store_resume(const char *dir, const struct store_experiment *e,
                 struct store **out, char *err, size_t errlen)
{
	struct store *s = new_store(dir);
	if (!s)
		return no_memory(out, err, errlen);
	int result = store_dir_recognize(s);
	if (!result)
		result = store_dir_lock(s, dir);
	if (!result)
		result = open_file(s);
	if (!result && e)
		result = same_experiment(s, e);
	return hand_over(s, result, out, err, errlen);
}

int store_open(const char *dir, struct store **out, char *err, size_t errlen)
{
	struct store *s = new_store(dir);
	if (!s)
		return no_memory(out, err, errlen);
	int result = open_file(s);
	if (!result)
		result = store_db_exec(s, "PRAGMA query_only=ON", "opening");
	return hand_over(s, result, out, err, errlen);
}
