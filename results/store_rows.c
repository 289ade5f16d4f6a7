// store_rows.c - the points and trials of a store, written and walked.
//
// A trial and its metrics are one transaction: SQLite makes it durable before
// store_add returns, or leaves nothing of it. A failure rolls back and keeps
// the connection usable, so that the caller may try again.
#include "canon.h"
#include "store.h"
#include "store_db.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_name[] = {
	[STORE_OK] = "ok",
	[STORE_WRONG] = "wrong",
	[STORE_CRASH] = "crash",
	[STORE_TIMEOUT] = "timeout",
	[STORE_STARVED] = "starved",
	[STORE_DEADLOCK] = "deadlock",
	[STORE_UNSUPPORTED] = "unsupported",
	[STORE_ERROR] = "error",
};
_Static_assert(sizeof outcome_name / sizeof *outcome_name == STORE_OUTCOMES,
               "every outcome has a name");

const char *store_outcome_name(enum store_outcome o)
{
	return outcome_name[o];
}

int store_outcome_parse(const char *name, enum store_outcome *out)
{
	for (unsigned i = 0; i < STORE_OUTCOMES; i++) {
		if (strcmp(name, outcome_name[i]))
			continue;
		*out = (enum store_outcome)i;
		return 0;
	}
	return -EINVAL;
}

//---------------------------------------------------------------------------
// Points
//---------------------------------------------------------------------------

// point_key is the canonical text of a point: JSON, so that no name, whatever
// it contains, can be taken for another. NULL without memory or for bad UTF-8.
static char *point_key(const struct store_point *p, const char *params)
{
	json_t *key = json_pack("{s:s, s:s, s:s, s:i, s:i, s:o}", "subject",
	                        p->subject, "workload", p->workload, "policy",
	                        p->policy, "procs", p->procs, "m_cap", p->m_cap,
	                        "params", json_loads(params, 0, NULL));
	char *text = key ? json_dumps(key, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	json_decref(key);
	return text;
}

// find_point sets *id: 1 found, 0 not there, -errno.
static int find_point(struct store *s, const char *key, int64_t *id)
{
	sqlite3_stmt *q = store_db_prepare(s,
	                                   "SELECT id FROM point WHERE key = ?");
	if (!q)
		return -EIO;
	sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
	int rc = sqlite3_step(q);
	int found = rc == SQLITE_ROW;
	if (found)
		*id = sqlite3_column_int64(q, 0);
	else if (rc != SQLITE_DONE)
		found = store_db_fail(s, "looking for a point");
	sqlite3_finalize(q);
	return found;
}

static int insert_point(struct store *s, const struct store_point *p,
                        const char *key, const char *params)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "INSERT INTO point VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)");
	if (!q)
		return -EIO;
	sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, p->subject, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 3, p->workload, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 4, p->policy, -1, SQLITE_STATIC);
	sqlite3_bind_int(q, 5, p->procs);
	if (p->m_cap > 0)
		sqlite3_bind_int(q, 6, p->m_cap);
	sqlite3_bind_text(q, 7, params, -1, SQLITE_STATIC);
	return store_db_done(s, q, "storing a point");
}

int store_point(struct store *s, const struct store_point *p, int64_t *id)
{
	char why[160];
	char *params = canon_object(p->params ? p->params : "{}", why,
	                            sizeof why);
	if (!params) {
		snprintf(s->why, sizeof s->why, "the parameters of %s are %s",
		         p->workload, why);
		return -EINVAL;
	}
	char *key = point_key(p, params);
	int found = -EINVAL;
	if (key)
		found = find_point(s, key, id);
	else
		snprintf(s->why, sizeof s->why,
		         "a point's names are not UTF-8, or memory is short");
	if (found == 0) {
		found = insert_point(s, p, key, params);
		*id = sqlite3_last_insert_rowid(s->db);
	}
	free(key);
	free(params);
	return found < 0 ? found : 0;
}

//---------------------------------------------------------------------------
// Trials
//---------------------------------------------------------------------------

int store_has(struct store *s, int64_t point, int rep)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "SELECT 1 FROM trial WHERE point = ? AND rep = ?");
	if (!q)
		return -EIO;
	sqlite3_bind_int64(q, 1, point);
	sqlite3_bind_int(q, 2, rep);
	int rc = sqlite3_step(q);
	int has = rc == SQLITE_ROW;
	if (!has && rc != SQLITE_DONE)
		has = store_db_fail(s, "looking for a trial");
	sqlite3_finalize(q);
	return has;
}

static int insert_trial(struct store *s, const struct store_trial *t)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "INSERT INTO trial VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	if (!q)
		return -EIO;
	char seed[24];
	snprintf(seed, sizeof seed, "%" PRIu64, t->seed);
	sqlite3_bind_int64(q, 1, t->point);
	sqlite3_bind_int(q, 2, t->rep);
	sqlite3_bind_int(q, 3, t->position);
	sqlite3_bind_text(q, 4, outcome_name[t->outcome], -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 5, t->message ? t->message : "", -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 6, t->started);
	sqlite3_bind_double(q, 7, t->seconds);
	sqlite3_bind_text(q, 8, seed, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 9, t->doc, -1, SQLITE_STATIC);
	return store_db_done(s, q, "storing a trial");
}

static int insert_metric(struct store *s, int64_t trial,
                         const struct store_metric *m)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "INSERT INTO metric VALUES (?, ?, ?, ?, ?)");
	if (!q)
		return -EIO;
	sqlite3_bind_int64(q, 1, trial);
	sqlite3_bind_text(q, 2, m->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 3, m->unit, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 4, m->better, -1, SQLITE_STATIC);
	sqlite3_bind_double(q, 5, m->value);
	return store_db_done(s, q, "storing a metric");
}

int store_add(struct store *s, const struct store_trial *t)
{
	int err = store_db_exec(s, "BEGIN IMMEDIATE", "storing a trial");
	if (!err)
		err = insert_trial(s, t);
	int64_t id = sqlite3_last_insert_rowid(s->db);
	for (size_t i = 0; !err && i < t->n_metric; i++) {
		if (isfinite(t->metric[i].value))
			err = insert_metric(s, id, &t->metric[i]);
	}
	if (!err)
		err = store_db_exec(s, "COMMIT", "storing a trial");
	if (err)
		store_db_rollback(s);
	return err;
}

//---------------------------------------------------------------------------
// Walking
//---------------------------------------------------------------------------

int store_freeze(struct store *s)
{
	return store_db_exec(s, "BEGIN", "reading");
}

void store_thaw(struct store *s)
{
	store_db_rollback(s);
}

static const char *text(sqlite3_stmt *q, int i)
{
	const char *t = (const char *)sqlite3_column_text(q, i);
	return t ? t : "";
}

int store_each_point(struct store *s, store_point_fn fn, void *arg)
{
	sqlite3_stmt *q = store_db_prepare(
		s, "SELECT id, key, subject, workload, policy, procs, m_cap, params "
		   "FROM point ORDER BY id");
	if (!q)
		return -EIO;
	int rc, stop = 0;
	while (!stop && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		struct store_point p = {
			.id = sqlite3_column_int64(q, 0),
			.key = text(q, 1),
			.subject = text(q, 2),
			.workload = text(q, 3),
			.policy = text(q, 4),
			.procs = sqlite3_column_int(q, 5),
			.m_cap = sqlite3_column_int(q, 6),
			.params = text(q, 7),
		};
		stop = fn(arg, &p);
	}
	if (!stop && rc != SQLITE_DONE)
		stop = store_db_fail(s, "reading the points");
	sqlite3_finalize(q);
	return stop;
}

// A trial's metrics while it is handed on; the strings are copies.
struct metrics {
	struct store_metric *m;
	size_t n, room;
};

static void drop_metrics(struct metrics *ms)
{
	for (size_t i = 0; i < ms->n; i++) {
		free((char *)ms->m[i].name);
		free((char *)ms->m[i].unit);
		free((char *)ms->m[i].better);
	}
	ms->n = 0;
}

// add_metric copies the metric in the current row: 0 or -ENOMEM.
static int add_metric(struct metrics *ms, sqlite3_stmt *q)
{
	if (ms->n == ms->room) {
		size_t room = ms->room ? 2 * ms->room : 8;
		struct store_metric *m = realloc(ms->m, room * sizeof *m);
		if (!m)
			return -ENOMEM;
		ms->m = m;
		ms->room = room;
	}
	struct store_metric *m = &ms->m[ms->n++];
	*m = (struct store_metric){
		.name = strdup(text(q, 0)),
		.unit = strdup(text(q, 1)),
		.better = strdup(text(q, 2)),
		.value = sqlite3_column_double(q, 3),
	};
	return m->name && m->unit && m->better ? 0 : -ENOMEM;
}

// load_metrics fills ms with the metrics of a trial. q is reset for the next.
static int load_metrics(struct store *s, sqlite3_stmt *q, int64_t trial,
                        struct metrics *ms)
{
	int rc, err = 0;
	drop_metrics(ms);
	sqlite3_reset(q);
	sqlite3_bind_int64(q, 1, trial);
	while (!err && (rc = sqlite3_step(q)) == SQLITE_ROW)
		err = add_metric(ms, q);
	if (err)
		snprintf(s->why, sizeof s->why, "%s: out of memory", s->file);
	else if (rc != SQLITE_DONE)
		err = store_db_fail(s, "reading the metrics");
	return err;
}

// take_trial reads the current row.
static void take_trial(sqlite3_stmt *q, struct store_trial *t)
{
	*t = (struct store_trial){
		.id = sqlite3_column_int64(q, 0),
		.point = sqlite3_column_int64(q, 1),
		.rep = sqlite3_column_int(q, 2),
		.position = sqlite3_column_int(q, 3),
		.outcome = STORE_ERROR,
		.message = text(q, 5),
		.started = sqlite3_column_int64(q, 6),
		.seconds = sqlite3_column_double(q, 7),
		.seed = strtoull(text(q, 8), NULL, 10),
		.doc = (const char *)sqlite3_column_text(q, 9),
	};
	store_outcome_parse(text(q, 4), &t->outcome);
}

static int walk_trials(struct store *s, sqlite3_stmt *trials,
                       sqlite3_stmt *metrics, store_trial_fn fn, void *arg)
{
	struct metrics ms = {0};
	int rc, stop = 0;
	while (!stop && (rc = sqlite3_step(trials)) == SQLITE_ROW) {
		struct store_trial t;
		take_trial(trials, &t);
		stop = load_metrics(s, metrics, t.id, &ms);
		t.metric = ms.m;
		t.n_metric = ms.n;
		if (!stop)
			stop = fn(arg, &t);
	}
	if (!stop && rc != SQLITE_DONE)
		stop = store_db_fail(s, "reading the trials");
	drop_metrics(&ms);
	free(ms.m);
	return stop;
}

int store_each_trial(struct store *s, store_trial_fn fn, void *arg)
{
	sqlite3_stmt *trials = store_db_prepare(
		s, "SELECT id, point, rep, position, outcome, message, started, "
		   "seconds, seed, doc FROM trial ORDER BY id");
	sqlite3_stmt *metrics = store_db_prepare(
		s, "SELECT name, unit, better, value FROM metric WHERE trial = ? "
		   "ORDER BY name");
	int stop = -EIO;
	if (trials && metrics)
		stop = walk_trials(s, trials, metrics, fn, arg);
	sqlite3_finalize(trials);
	sqlite3_finalize(metrics);
	return stop;
}

const struct store_metric *store_main_metric(const struct store_trial *t)
{
	const struct store_metric *best = NULL;
	for (size_t i = 0; i < t->n_metric; i++) {
		const struct store_metric *m = &t->metric[i];
		bool sided = *m->better, best_sided = best && *best->better;
		if (!strcmp(m->name, "throughput"))
			return m;
		if (!best || sided > best_sided ||
		    (sided == best_sided && strcmp(m->name, best->name) < 0))
			best = m;
	}
	return best;
}
