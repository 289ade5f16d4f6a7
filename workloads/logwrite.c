// logwrite.c - a log whose records must be on the disk before the next.
//
// Each of `writers` goroutines writes `records` records of `bytes` into a part of
// one file that is its own, and syncs the file after each. A sync takes from tens of
// microseconds to tens of milliseconds and holds its M all the while: the longest
// blocking calls that an ordinary program makes. The file is a nameless one in
// /var/tmp, or in the current directory.
//
// The latencies are of a record: its write and its sync.
//
// verify reads the file back and compares every record with what the seed gives.
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "fairness.h"
#include "histogram.h"
#include "report.h"
#include "rng.h"

enum { WRITERS, RECORDS, BYTES };

static const struct wl_param params[] = {
	{"writers", "1", "goroutines that write", 1, 10000, {2, 8, 8}},
	{"records", "1", "of each in a round", 1, 1000000, {2, 20, 200}},
	{"bytes", "B", "of a record", 1, 1 << 20, {512, 4096, 4096}},
	{.name = NULL},
};

struct writer {
	struct log *log;
	uint64_t id;
	uint8_t *record; // room for one
	// By the writer alone, in this round.
	uint64_t written;
	int err;
	uint64_t ended;
	struct histogram took;
};

struct log {
	int h;
	uint64_t seed, records, round;
	size_t bytes, n;
	uint8_t *room;         // of all records in hand
	struct histogram took; // since warm-up
	struct fairness fairness;
	struct writer writer[];
};

// make_record makes record i of a writer in this round.
static void make_record(const struct log *l, uint64_t writer, uint64_t i,
                        uint8_t *record)
{
	struct rng rng = rng_stream(l->seed + l->round, writer * l->records + i);

	rng_fill(&rng, record, l->bytes);
}

static uint64_t offset_of(const struct log *l, uint64_t writer, uint64_t i)
{
	return (writer * l->records + i) * l->bytes;
}

// write_record returns 0 when the record is on the device, or -errno.
static int write_record(struct writer *me, uint64_t i)
{
	const struct log *l = me->log;
	ssize_t put;

	make_record(l, me->id, i, me->record);
	put = dy_file_pwrite(l->h, me->record, l->bytes, offset_of(l, me->id, i));
	if (put < 0)
		return (int)put;
	return (size_t)put == l->bytes ? dy_file_sync(l->h) : -ENOSPC;
}

static void run_writer(void *arg)
{
	struct writer *me = arg;

	me->err = 0;
	me->took = (struct histogram){0};
	for (me->written = 0; me->written < me->log->records; me->written++) {
		uint64_t start = dy_now();

		me->err = write_record(me, me->written);
		if (me->err)
			return;
		histogram_add(&me->took, dy_now() - start);
	}
	me->ended = dy_now();
}

static void give_back(struct log *l)
{
	if (l->h >= 0)
		dy_file_close(l->h);
	free(l->room);
	free(l);
}

static struct log *new_log(const struct wl_run *r)
{
	size_t n = (size_t)r->param[WRITERS];
	struct log *l = calloc(1, sizeof(*l) + n * sizeof(l->writer[0]));

	if (!l)
		return NULL;
	l->h = -1;
	l->seed = r->seed;
	l->records = (uint64_t)r->param[RECORDS];
	l->bytes = (size_t)r->param[BYTES];
	l->n = n;
	l->room = malloc(n * l->bytes);
	for (size_t i = 0; i < n && l->room; i++) {
		l->writer[i].log = l;
		l->writer[i].id = i;
		l->writer[i].record = l->room + i * l->bytes;
	}
	return l;
}

static int prepare(struct wl_run *r)
{
	static const char *const directories[] = {"/var/tmp", "."};
	struct log *l = new_log(r);
	int h = -1;

	if (!l || !l->room) {
		free(l);
		return report_error(r, -ENOMEM, "no memory for the records");
	}
	for (size_t i = 0; i < 2 && h < 0; i++)
		h = dy_file_open(directories[i], DY_FILE_WRITE | DY_FILE_TEMP);
	l->h = h;
	if (h < 0) {
		give_back(l);
		return report_error(r, -ENOTSUP,
		                    "neither /var/tmp nor . takes a nameless "
		                    "file (errno %d): run in a directory on a "
		                    "disk",
		                    -h);
	}
	r->state = l;
	return 0;
}

static void play(struct wl_run *r)
{
	struct log *l = r->state;

	l->round++; // so that what an earlier round left is wrong
	fairness_begin(&l->fairness);
	crew_run(run_writer, l->writer, l->n, sizeof(l->writer[0]));
	r->ops = l->n * l->records;
	for (size_t i = 0; i < l->n && !r->warm_up; i++) {
		histogram_merge(&l->took, &l->writer[i].took);
		fairness_add_speed(&l->fairness, 1, l->writer[i].ended);
	}
	fairness_end(&l->fairness);
}

// is_there tells whether record i of a writer is in the file.
static bool is_there(const struct log *l, uint64_t writer, uint64_t i,
                     uint8_t *right, uint8_t *got)
{
	make_record(l, writer, i, right);
	return dy_file_pread(l->h, got, l->bytes, offset_of(l, writer, i)) ==
	               (ssize_t)l->bytes &&
	       memcmp(right, got, l->bytes) == 0;
}

static bool verify(struct wl_run *r)
{
	const struct log *l = r->state;
	uint8_t *room = malloc(2 * l->bytes);
	bool right = room != NULL;

	if (!room)
		return report_wrong(r, "no memory to read the log back");
	for (size_t i = 0; i < l->n && right; i++) {
		const struct writer *w = &l->writer[i];

		for (uint64_t j = 0; j < l->records && right; j++)
			right = is_there(l, i, j, room, room + l->bytes) ||
			        report_wrong(r,
			                     "record %" PRIu64
			                     " of writer %zu is not in the "
			                     "file (%" PRIu64
			                     " written, errno %d)",
			                     j, i, w->written, -w->err);
	}
	free(room);
	return right;
}

static void finish(struct wl_run *r)
{
	struct log *l = r->state;

	histogram_latency(&l->took, r);
	fairness_report(&l->fairness, r);
	give_back(l);
}

const struct workload wl_logwrite = {
	.name = "logwrite",
	.summary = "log records that are synced to the disk one by one",
	.shows = "long blocking calls: Ps handed on, and the Ms that wait",
	.op = "record",
	.latency = "a record, written and synced",
	.fairness = "the writers' speeds",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
