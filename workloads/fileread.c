// fileread.c - random reads of a file, past the page cache or out of it.
//
// Each of `readers` goroutines reads `reads` blocks of `block` bytes, drawn by
// the seed, from one file of `file` bytes. The reads are O_DIRECT: they go to
// the device and hold the M for as long as it takes. With `direct` 0 they are cached
// reads, which return before a P could be handed on: the control, on which no policy
// of blocking calls makes a difference.
//
// With `way` 1 io_uring completes the reads instead, which holds no M: as many are at
// the device as there are readers, whatever the M cap is.
//
// The file is a nameless one in the first directory of the list below that
// takes O_DIRECT, written at the start with bytes of which each block has its own
// random stream. A reader sums up each block that it read and compares the sum
// with the one kept from writing: a block of another place, a short read and
// a stale buffer are all seen.
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "checksum.h"
#include "crew.h"
#include "fairness.h"
#include "histogram.h"
#include "report.h"
#include "rng.h"

enum { READERS, READS, BLOCK, FILE_SIZE, WAY, DIRECT };

#define MIB (INT64_C(1) << 20)

static const struct wl_param params[] = {
	{"readers", "1", "goroutines that read", 1, 10000, {4, 16, 32}},
	{"reads", "1", "reads of each in a round", 1, 1000000, {8, 128, 512}},
	{"block", "B", "size of a read", 4096, MIB, {4096, 4096, 4096}},
	{"file", "B", "file size", 4096, 1024 * MIB, {MIB / 4, 4 * MIB, 16 * MIB}},
	{"way", "1", "0 blocking, 1 io_uring", 0, 1, {0, 0, 0}},
	{"direct", "1", "1 O_DIRECT, 0 cached", 0, 1, {1, 1, 1}},
	{.name = NULL},
};

// Disks first: /tmp is in memory on many systems.
static const char *const directories[] = {"/var/tmp", ".", "/tmp", NULL};

enum { ALIGN = 4096 }; // what direct reads and their buffers align to

// Stream 0 of the seed is for the content, the readers' begin here.
enum { READER_STREAMS = 1 };

// Written by its goroutine.
struct reader {
	struct file *file;
	struct rng rng; // goes on from round to round
	uint8_t *buf;
	uint64_t right;        // blocks that were as written, in this round
	int64_t last;          // result of the first read that was not, else 0
	struct histogram took; // by those reads
	uint64_t ended;
};

struct file {
	int h;
	unsigned flags; // it is opened with
	uint64_t reads, blocks;
	size_t block, n;
	uint64_t *sum;         // of each block
	uint8_t *room;         // of all buffers
	struct histogram took; // by all reads, since warm-up
	struct fairness fairness;
	struct reader reader[];
};

//---------------------------------------------------------------------------
// Making the file
//---------------------------------------------------------------------------

static void free_file(struct file *f)
{
	if (!f)
		return;
	if (f->h >= 0)
		dy_file_close(f->h);
	free(f->sum);
	free(f->room);
	free(f);
}

static struct file *new_file(const struct wl_run *r)
{
	size_t n = (size_t)r->param[READERS];
	struct file *f = calloc(1, sizeof(*f) + n * sizeof(f->reader[0]));
	uint8_t *buf;

	if (!f)
		return NULL;
	f->h = -1;
	f->flags = DY_FILE_WRITE | DY_FILE_TEMP |
	           (r->param[DIRECT] == 1 ? DY_FILE_DIRECT : 0) |
	           (r->param[WAY] == 1 ? DY_FILE_RING : 0);
	f->n = n;
	f->reads = (uint64_t)r->param[READS];
	f->block = (size_t)r->param[BLOCK];
	f->blocks = (uint64_t)r->param[FILE_SIZE] / f->block;
	f->sum = calloc(f->blocks, sizeof(f->sum[0]));
	f->room = malloc(n * f->block + ALIGN);
	if (!f->sum || !f->room) {
		free_file(f);
		return NULL;
	}
	buf = f->room + (ALIGN - (uintptr_t)f->room % ALIGN);
	for (size_t i = 0; i < n; i++) {
		f->reader[i].file = f;
		f->reader[i].rng = rng_stream(r->seed, READER_STREAMS + i);
		f->reader[i].buf = buf + i * f->block;
	}
	return f;
}

// fill writes the content and keeps its sums. Returns 0 or -errno.
static int fill(struct file *f, uint64_t seed)
{
	struct rng content = rng_stream(seed, 0);
	uint8_t *buf = f->reader[0].buf;

	for (uint64_t i = 0; i < f->blocks; i++) {
		ssize_t put;

		rng_fill(&content, buf, f->block);
		f->sum[i] = checksum_add(CHECKSUM_START, buf, f->block);
		put = dy_file_pwrite(f->h, buf, f->block, i * f->block);
		if (put < 0)
			return (int)put;
		if ((size_t)put != f->block)
			return -ENOSPC;
	}
	return dy_file_sync(f->h);
}

// make_in tries one directory. Returns 0 or -errno, and leaves no file then.
static int make_in(struct file *f, const char *directory, uint64_t seed)
{
	int err;

	f->h = dy_file_open(directory, f->flags);
	if (f->h < 0)
		return f->h;
	err = fill(f, seed);
	if (err) {
		dy_file_close(f->h);
		f->h = -1;
	}
	return err;
}

// is_a_lack tells whether err says that the directory is no place for this,
// rather than that something went wrong.
static bool is_a_lack(int err)
{
	return err == -EINVAL || err == -EOPNOTSUPP || err == -EISDIR ||
	       err == -ENOENT || err == -ENOTDIR || err == -EACCES ||
	       err == -EPERM || err == -EROFS;
}

// make makes the file in the first of the directories that takes it.
static int make(struct wl_run *r, struct file *f, const char *const *directory)
{
	int err = 0;

	for (; *directory; directory++) {
		err = make_in(f, *directory, r->seed);
		if (!err)
			return 0;
		if (is_a_lack(err))
			continue;
		return report_error(r, err,
		                    "cannot write %" PRId64
		                    " bytes in %s (errno %d): a smaller "
		                    "file, or more room",
		                    r->param[FILE_SIZE], *directory, -err);
	}
	return report_error(r, -ENOTSUP,
	                    "none of /var/tmp, . and /tmp can be written%s "
	                    "(errno %d): run in a directory on a disk",
	                    r->param[DIRECT] == 1 ? " with O_DIRECT" : "", -err);
}

// no_ring tells what is amiss where there is no io_uring; 0: there is.
static int no_ring(struct wl_run *r)
{
	int h = dy_file_open("/dev/null", DY_FILE_READ | DY_FILE_RING);

	if (h >= 0)
		return dy_file_close(h);
	return report_no_ring(r, h, 1);
}

static int prepare(struct wl_run *r)
{
	struct file *f;
	int err;

	if (r->param[BLOCK] % ALIGN || r->param[BLOCK] > r->param[FILE_SIZE])
		return report_error(r, -EINVAL,
		                    "block=%" PRId64
		                    " must be a multiple of %d, and no larger "
		                    "than file=%" PRId64,
		                    r->param[BLOCK], ALIGN, r->param[FILE_SIZE]);
	if (r->param[WAY] == 1 && (err = no_ring(r)) != 0)
		return err;
	f = new_file(r);
	if (!f)
		return report_error(r, -ENOMEM, "no memory for the buffers");
	err = make(r, f, directories);
	if (err) {
		free_file(f);
		return err;
	}
	r->state = f;
	return 0;
}

//---------------------------------------------------------------------------
// Reading it
//---------------------------------------------------------------------------

static bool read_block(struct reader *me, uint64_t i)
{
	struct file *f = me->file;
	uint64_t start = dy_now();
	ssize_t got = dy_file_pread(f->h, me->buf, f->block, i * f->block);

	histogram_add(&me->took, dy_now() - start);
	if (got == (ssize_t)f->block &&
	    checksum_add(CHECKSUM_START, me->buf, f->block) == f->sum[i])
		return true;
	me->last = got;
	return false;
}

static void run_reader(void *arg)
{
	struct reader *me = arg;
	struct file *f = me->file;

	me->right = 0;
	me->last = 0;
	me->took = (struct histogram){0};
	while (me->right < f->reads &&
	       read_block(me, rng_below(&me->rng, f->blocks)))
		me->right++;
	me->ended = dy_now();
}

static void play(struct wl_run *r)
{
	struct file *f = r->state;

	fairness_begin(&f->fairness);
	crew_run(run_reader, f->reader, f->n, sizeof(f->reader[0]));
	r->ops = f->n * f->reads;
	for (size_t i = 0; i < f->n && !r->warm_up; i++) {
		histogram_merge(&f->took, &f->reader[i].took);
		fairness_add_speed(&f->fairness, 1, f->reader[i].ended);
	}
	fairness_end(&f->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct file *f = r->state;

	for (size_t i = 0; i < f->n; i++) {
		const struct reader *me = &f->reader[i];

		if (me->right != f->reads)
			return report_wrong(r,
			                    "reader %zu: block %" PRIu64
			                    " of %" PRIu64
			                    " is not as written (the read "
			                    "returned %" PRId64 ")",
			                    i, me->right + 1, f->reads, me->last);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	const struct file *f = r->state;

	histogram_latency(&f->took, r);
	fairness_report(&f->fairness, r);
	free_file(r->state);
}

const struct workload wl_fileread = {
	.name = "fileread",
	.summary = "random reads of a file, past the page cache (O_DIRECT) or not",
	.shows = "blocking calls on a real device, and what more Ms gain",
	.op = "read",
	.latency = "a read",
	.fairness = "the readers' speeds",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
