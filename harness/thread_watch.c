// thread_watch.c - the threads of a program and of all that it starts, over time.
//
// The kernel counts for each thread how long it ran and how long it was ready and
// had no CPU (schedstat), and forgets both when the thread ends: /proc/PID/schedstat
// is the first thread's alone, and rusage has no such time. So all threads are looked
// at again and again, and what one did after the last look at it is lost, but for
// the program's first thread: its keeper reads that once more before the program is
// waited for. How much is lost is told: the CPU time that was seen, as a share of
// what rusage has of all threads, ended ones too.
//
// Another process can be told of every thread's end (taskstats), but as root only.
//
// The looks are dyno's own work: it counts as the harness's and not as foreign, and
// is stored. So that it stays small, the time to the next look is stretched with
// what the last one cost.
#include "thread_watch.h"

#include "metric.h"
#include "now.h"
#include "procfs/small_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COST_SHARE = 100 }; // of a CPU, one part

static void give_up(struct thread_watch *w, int err)
{
	w->err = err;
	w->next = UINT64_MAX;
}

//---------------------------------------------------------------------------
// One thread
//---------------------------------------------------------------------------

bool thread_times_read(const char *sysroot, const char *path,
                       struct thread_times *t)
{
	char *line = small_file_line(sysroot, "proc/%s", path);
	unsigned long long ran, waited;
	bool ok = line && sscanf(line, "%llu %llu", &ran, &waited) == 2;

	if (ok) {
		t->ran = ran;
		t->waited = waited;
	}
	free(line);
	return ok;
}

static void add_ended(struct thread_watch *w, const struct thread_times *t)
{
	w->ended.ran += t->ran;
	w->ended.waited += t->waited;
}

static int by_tid(const void *a, const void *b)
{
	const struct thread_times *p = a, *q = b;

	return (p->tid > q->tid) - (p->tid < q->tid);
}

//---------------------------------------------------------------------------
// One look
//---------------------------------------------------------------------------

// What a look finds.
struct found {
	struct thread_times *v;
	size_t n, room;
	size_t running; // of them, those that have not ended
};

static int add(struct found *f, const struct thread_times *t)
{
	if (f->n == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		struct thread_times *v = realloc(f->v, room * sizeof *v);

		if (!v)
			return -ENOMEM;
		f->v = v;
		f->room = room;
	}
	f->v[f->n++] = *t;
	return 0;
}

// has_ended says whether the first thread of a process only waits to be waited for.
// The others are gone when they end.
static bool has_ended(const struct thread_watch *w, pid_t pid)
{
	char *line = small_file_line(w->sysroot, "proc/%d/task/%d/stat",
	                             (int)pid, (int)pid);
	pid_t parent;
	bool ended = true;

	if (line && !tree_stat(line, &parent, &ended))
		ended = true;
	free(line);
	return ended;
}

// look_at finds the threads of one process. One that ends meanwhile is passed over.
static int look_at(const struct thread_watch *w, pid_t pid, struct pids *tids,
                   struct found *f)
{
	char dir[PATH_MAX];
	int n = snprintf(dir, sizeof dir, "%s/proc/%d/task", w->sysroot,
	                 (int)pid);
	int err = n < 0 || (size_t)n >= sizeof dir ? -ENAMETOOLONG
	                                           : pids_list(tids, dir);

	if (err)
		return err == -ENOMEM || err == -ENAMETOOLONG ? err : 0;
	for (size_t i = 0; !err && i < tids->n; i++) {
		struct thread_times t = {.tid = tids->v[i]};
		char path[64];

		snprintf(path, sizeof path, "%d/task/%d/schedstat", (int)pid,
		         (int)t.tid);
		if (!thread_times_read(w->sysroot, path, &t))
			continue;
		f->running += t.tid != pid || !has_ended(w, pid);
		err = add(f, &t);
	}
	return err;
}

static int look_at_all(const struct thread_watch *w, struct found *f)
{
	struct pids tids = {.v = NULL};
	int err = 0;

	for (size_t i = 0; !err && i < w->tree.members.n; i++)
		err = look_at(w, w->tree.members.v[i], &tids, f);
	pids_free(&tids);
	if (!err && f->n)
		qsort(f->v, f->n, sizeof *f->v, by_tid);
	return err;
}

// part_from_ended adds to the sums those threads that were there and are no more. A
// number whose times went back is another thread's now.
static void part_from_ended(struct thread_watch *w, const struct found *f)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct thread_times *old = &w->thread[i], *now = NULL;

		if (f->n)
			now = bsearch(old, f->v, f->n, sizeof *now, by_tid);
		if (old->tid != w->first.tid &&
		    (!now || now->ran < old->ran || now->waited < old->waited))
			add_ended(w, old);
	}
}

// take makes what was found what was last seen.
static void take(struct thread_watch *w, struct found *f)
{
	free(w->thread);
	w->thread = f->v;
	w->n = f->n;
	for (size_t i = 0; i < w->n; i++)
		if (w->thread[i].tid == w->first.tid)
			w->first = w->thread[i];
}

static struct thread_times sum(const struct thread_watch *w)
{
	struct thread_times all = w->ended;

	all.ran += w->first.ran;
	all.waited += w->first.waited;
	for (size_t i = 0; i < w->n; i++) {
		if (w->thread[i].tid == w->first.tid)
			continue;
		all.ran += w->thread[i].ran;
		all.waited += w->thread[i].waited;
	}
	return all;
}

//---------------------------------------------------------------------------
// Over time
//---------------------------------------------------------------------------

// thin keeps every second moment, and of two the larger number of threads.
static void thin(struct thread_watch *w)
{
	w->n_moment /= 2;
	for (size_t i = 0; i < w->n_moment; i++) {
		struct thread_moment *m = &w->moment[2 * i];

		w->moment[i] = m[1];
		if (m[0].threads > m[1].threads)
			w->moment[i].threads = m[0].threads;
	}
	w->stride *= 2;
}

// remember keeps this moment, or that there were so many between two that are kept.
static void remember(struct thread_watch *w, uint64_t now)
{
	if (w->threads > w->between)
		w->between = w->threads;
	if (w->looks % w->stride)
		return;
	if (w->n_moment == THREAD_WATCH_MOMENTS)
		thin(w);
	w->moment[w->n_moment++] = (struct thread_moment){
		now - w->began, w->between, sum(w).waited};
	w->between = 0;
}

// hold counts the threads last seen up to now.
static void hold(struct thread_watch *w, uint64_t now)
{
	w->area += (double)w->threads * (double)(now - w->last);
	w->last = now;
}

void thread_watch_prepare(struct thread_watch *w)
{
	int err;

	w->tree.sysroot = w->sysroot;
	w->stride = 1;
	w->next = UINT64_MAX;
	err = w->period ? tree_begin(&w->tree) : 0;
	if (err)
		give_up(w, err);
}

void thread_watch_begin(struct thread_watch *w, pid_t keeper, pid_t program,
                        uint64_t now)
{
	w->tree.root = keeper;
	w->first = (struct thread_times){.tid = program};
	w->began = w->last = now;
	if (w->period && !w->err)
		w->next = now;
}

uint64_t thread_watch_next(const struct thread_watch *w)
{
	return w->next;
}

void thread_watch_look(struct thread_watch *w, uint64_t now)
{
	uint64_t before = now_ns(CLOCK_THREAD_CPUTIME_ID), cost;
	struct found f = {.v = NULL};
	int err = tree_look(&w->tree);

	if (!err)
		err = look_at_all(w, &f);
	if (err) {
		free(f.v);
		give_up(w, err);
		return;
	}
	part_from_ended(w, &f);
	take(w, &f);
	if (!w->looks)
		w->threads = f.running; // since it began
	hold(w, now);
	w->threads = f.running;
	w->most = f.running > w->most ? f.running : w->most;
	remember(w, now);
	w->looks++;
	cost = now_ns(CLOCK_THREAD_CPUTIME_ID) - before;
	w->cost += cost;
	w->next = now + (cost * COST_SHARE > w->period ? cost * COST_SHARE
	                                               : w->period);
}

void thread_watch_end(struct thread_watch *w, const struct thread_times *first,
                      uint64_t now)
{
	w->next = UINT64_MAX;
	if (first->ran)
		w->first = *first;
	hold(w, now);
}

void thread_watch_free(struct thread_watch *w)
{
	tree_free(&w->tree);
	free(w->thread);
	w->thread = NULL;
	w->n = 0;
}

//---------------------------------------------------------------------------
// Telling
//---------------------------------------------------------------------------

static double mean(const struct thread_watch *w)
{
	return w->last > w->began ? w->area / (double)(w->last - w->began)
	                          : (double)w->threads;
}

static json_t *moments_json(const struct thread_watch *w)
{
	json_t *at = json_array(), *threads = json_array(),
	       *waited = json_array();

	for (size_t i = 0; i < w->n_moment; i++) {
		const struct thread_moment *m = &w->moment[i];

		json_array_append_new(
			at, json_integer((json_int_t)(m->at / 1000000)));
		json_array_append_new(threads,
		                      json_integer((json_int_t)m->threads));
		json_array_append_new(
			waited, json_integer((json_int_t)(m->waited / 1000000)));
	}
	return json_pack("{s:o, s:o, s:o}", "at_ms", at, "threads", threads,
	                 "waited_ms", waited);
}

json_t *thread_watch_json(const struct thread_watch *w, double cpu_seconds)
{
	struct thread_times all = sum(w);
	double ran = (double)all.ran * 1e-9;
	double seen = cpu_seconds > 0 ? ran / cpu_seconds : 1;

	return json_pack("{s:I, s:I, s:f, s:f, s:f, s:f, s:o}", "every_ms",
	                 (json_int_t)(w->period / 1000000), "looks",
	                 (json_int_t)w->looks, "cost_s", (double)w->cost * 1e-9,
	                 "ran_s", ran, "waited_s", (double)all.waited * 1e-9,
	                 "seen", seen < 1 ? seen : 1, "series", moments_json(w));
}

static const char *why_none(const struct thread_watch *w)
{
	if (!w->period)
		return "not asked for: --threads-every";
	return w->err ? strerror(-w->err)
	              : "it ended before it could be looked at";
}

void thread_watch_metrics(const struct thread_watch *w, json_t *metrics,
                          json_t *absent)
{
	struct thread_times all = sum(w);
	double ready = (double)all.ran + (double)all.waited;
	const struct {
		const char *name, *unit;
		double value;
		bool known;
	} told[] = {
		{"threads_max", "1", (double)w->most, w->looks > 0},
		{"threads_mean", "1", mean(w), w->looks > 0},
		{"runqueue_wait", "s", (double)all.waited * 1e-9, ready > 0},
		{"runqueue_wait_share", "1", (double)all.waited / ready,
	         ready > 0},
	};

	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (!told[i].known || w->err || !w->period)
			json_object_set_new(absent, told[i].name,
			                    json_string(why_none(w)));
		else if (metric_add(metrics, told[i].name, told[i].unit, "",
		                    told[i].value) != 0)
			json_object_set_new(
				absent, told[i].name,
				json_string("there are too many metrics, or the "
			                    "program has one of this name"));
}
