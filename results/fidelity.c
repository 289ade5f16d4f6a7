// fidelity.c - what is compared of Dyno and Go, by workload, GOMAXPROCS and measure.
//
// Workloads, and a workload's points, are few (tens, and a handful), so they are
// found by looking at all of them, the last first: values come point by point.
#include "fidelity.h"

#include "file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST = 64 << 20 };

static const char *const words[] = {
	[FIDELITY_AGREES] = "agrees",       [FIDELITY_DIFFERS] = "differs",
	[FIDELITY_UNDECIDED] = "undecided", [FIDELITY_UNKNOWN] = "unknown",
	[FIDELITY_ABSENT] = "absent",
};

static const char *const measures[FIDELITY_MEASURES] = {
	[FIDELITY_SHAPE] = "shape",
	[FIDELITY_BEST_P] = "best P",
	[FIDELITY_THROUGHPUT] = "throughput",
	[FIDELITY_P50] = "p50",
	[FIDELITY_P99] = "p99",
	[FIDELITY_THREADS] = "threads",
	[FIDELITY_SPINNING] = "spinning",
	[FIDELITY_IDLE_PS] = "idle Ps",
	[FIDELITY_GLOBAL_QUEUE] = "global queue",
	[FIDELITY_LOCAL_QUEUES] = "local queues",
	[FIDELITY_STEALS] = "steals",
	[FIDELITY_HANDOFFS] = "handoffs",
};

const char *fidelity_word_name(enum fidelity_word w)
{
	return words[w];
}

const char *fidelity_measure_name(enum fidelity_measure m)
{
	return measures[m];
}

int fidelity_measure_parse(const char *name, enum fidelity_measure *out)
{
	for (int i = 0; i < FIDELITY_MEASURES; i++) {
		if (!strcmp(name, measures[i])) {
			*out = (enum fidelity_measure)i;
			return 0;
		}
	}
	return -EINVAL;
}

//---------------------------------------------------------------------------
// Adding
//---------------------------------------------------------------------------

// grow makes room for one more in an array whose room is the least power of two
// that holds n.
static void *grow(void *v, size_t n, size_t size)
{
	if (n & (n - 1))
		return v;
	return realloc(v, (n ? 2 * n : 1) * size);
}

static struct fidelity_workload *workload_of(struct fidelity *f,
                                             const struct fidelity_place *at)
{
	for (size_t i = f->n; i-- > 0;) {
		struct fidelity_workload *w = &f->workload[i];
		if (!strcmp(w->name, at->workload) &&
		    !strcmp(w->setting, at->setting))
			return w;
	}
	struct fidelity_workload *all = grow(f->workload, f->n, sizeof *all);
	if (!all)
		return NULL;
	f->workload = all;
	struct fidelity_workload new = {
		.name = arena_string(&f->arena, at->workload),
		.setting = arena_string(&f->arena, at->setting),
		.tau = NAN,
	};
	if (!new.name || !new.setting)
		return NULL;
	all[f->n] = new;
	return &all[f->n++];
}

static struct fidelity_point *point_of(struct fidelity *f,
                                       const struct fidelity_place *at)
{
	struct fidelity_workload *w = workload_of(f, at);
	for (size_t i = w ? w->n : 0; i-- > 0;) {
		if (w->point[i].procs == at->procs)
			return &w->point[i];
	}
	struct fidelity_point *all = w ? grow(w->point, w->n, sizeof *all) : NULL;
	if (!all)
		return NULL;
	w->point = all;
	all[w->n] = (struct fidelity_point){.procs = at->procs};
	return &all[w->n++];
}

int fidelity_add(struct fidelity *f, const struct fidelity_place *at,
                 enum fidelity_measure m, enum fidelity_side side, double value)
{
	struct fidelity_point *p = point_of(f, at);
	if (!p)
		return -ENOMEM;
	if (!isfinite(value))
		return 0;
	struct fidelity_sample *s = &p->cell[m].side[side];
	double *all = grow(s->value, s->n, sizeof *all);
	if (!all)
		return -ENOMEM;
	s->value = all;
	all[s->n++] = value;
	return 0;
}

int fidelity_add_failed(struct fidelity *f, const struct fidelity_place *at,
                        enum fidelity_side side, size_t failed)
{
	struct fidelity_point *p = point_of(f, at);
	if (!p)
		return -ENOMEM;
	p->failed[side] += failed;
	return 0;
}

static void free_point(struct fidelity_point *p)
{
	for (int m = 0; m < FIDELITY_MEASURES; m++)
		for (int s = 0; s < FIDELITY_SIDES; s++)
			free(p->cell[m].side[s].value);
}

void fidelity_free(struct fidelity *f)
{
	for (size_t i = 0; i < f->n; i++) {
		for (size_t j = 0; j < f->workload[i].n; j++)
			free_point(&f->workload[i].point[j]);
		free(f->workload[i].point);
	}
	free(f->workload);
	arena_free(&f->arena);
	*f = (struct fidelity){.n = 0};
}

//---------------------------------------------------------------------------
// Reading
//---------------------------------------------------------------------------

static int read_json(struct fidelity *f, const char *path, char *err,
                     size_t errlen)
{
	char *text = file_read(path, LONGEST), why[256];
	if (!text) {
		int cause = errno;
		snprintf(err, errlen, "%s: %s", path, strerror(cause));
		return -cause;
	}
	int failed = fidelity_json_read(f, text, why, sizeof why);
	if (failed)
		snprintf(err, errlen, "%s: %s", path, why);
	free(text);
	return failed;
}

// check_sides refuses what has only one of the two that are to be compared.
static int check_sides(const struct fidelity *f, const char *path, char *err,
                       size_t errlen)
{
	bool has[FIDELITY_SIDES] = {false};
	for (size_t i = 0; i < f->n; i++) {
		const struct fidelity_workload *w = &f->workload[i];
		for (size_t j = 0; j < w->n; j++) {
			for (int s = 0; s < FIDELITY_SIDES; s++)
				has[s] |= w->point[j].cell[FIDELITY_THROUGHPUT]
				                          .side[s]
				                          .n > 0 ||
				          w->point[j].failed[s] > 0;
		}
	}
	if (has[FIDELITY_DYNO] && has[FIDELITY_GO])
		return 0;
	snprintf(err, errlen,
	         "%s: no trials of %s in it: sweep with --subject dyno,go, and with "
	         "policy go1.27",
	         path, has[FIDELITY_DYNO] ? "real Go" : "policy go1.27");
	return -EINVAL;
}

int fidelity_read(struct fidelity *f, const char *path, char *err, size_t errlen)
{
	struct stat st;
	if (stat(path, &st) < 0) {
		int cause = errno;
		snprintf(err, errlen, "%s: %s", path, strerror(cause));
		return -cause;
	}
	int failed = S_ISDIR(st.st_mode)
	                     ? fidelity_store_read(f, path, err, errlen)
	                     : read_json(f, path, err, errlen);
	return failed ? failed : check_sides(f, path, err, errlen);
}

//---------------------------------------------------------------------------
// Reasons
//---------------------------------------------------------------------------

static bool is_about(const struct fidelity_reason *r,
                     const struct fidelity_workload *w, bool any)
{
	return any ? !strcmp(r->workload, "*") : !strcmp(r->workload, w->name);
}

static void join(struct fidelity_reason *r, struct fidelity_workload *w)
{
	r->known = true;
	if (w->word[r->measure] != FIDELITY_DIFFERS || w->reason[r->measure])
		return;
	w->reason[r->measure] = r->text;
	r->found = true;
}

void fidelity_explain(struct fidelity *f, struct fidelity_reason *reason, size_t n)
{
	f->reason = reason;
	f->n_reason = n;
	// What is said of one workload goes before what is said of each.
	for (int any = 0; any < 2; any++) {
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; j < f->n; j++) {
				if (is_about(&reason[i], &f->workload[j], any))
					join(&reason[i], &f->workload[j]);
			}
		}
	}
}

struct fidelity_sum fidelity_sum(const struct fidelity *f)
{
	struct fidelity_sum sum = {.open = 0};
	for (size_t i = 0; i < f->n; i++) {
		const struct fidelity_workload *w = &f->workload[i];
		sum.word[w->verdict]++;
		for (int m = 0; m < FIDELITY_MEASURES; m++) {
			bool differs = w->word[m] == FIDELITY_DIFFERS;
			sum.measure[m][w->word[m]]++;
			sum.differing += differs;
			sum.open += differs && !w->reason[m];
		}
	}
	return sum;
}
