// hackbench.c - groups in which everybody sends to everybody.
//
// A group has `pairs` senders and as many receivers; each sender sends `loops`
// messages to each receiver of its group. A receiver that is behind has many senders
// wait for it, and wakes them one after the other; one that is ahead is woken for
// every message. With a group more, twice as many goroutines are runnable, and none
// of them has anything to do with the others. (After hackbench, by Rusty Russell:
// 10 groups of 20 and 20, 100 loops of 100 bytes.)
//
// With `over` 0 a receiver reads `bytes` bytes a message from a pipe of its own,
// with 1 a number from a channel with room for 64.
//
// Every message is drawn from its sender's stream, and a receiver adds up the
// checksums of what it got: neither the order of senders nor of messages matters, but a
// lost, doubled, or mixed-up one is seen. `fairness` compares the senders' speeds.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "checksum.h"
#include "crew.h"
#include "fairness.h"
#include "report.h"
#include "rng.h"
#include "stream.h"

enum { GROUPS, PAIRS, LOOPS, BYTES, OVER };

// What a pipe takes whole is at most a page.
enum { BYTES_MAX = 4096, ROOM = 64 };

static const struct wl_param params[] = {
	{"groups", "1", "of senders and receivers", 1, 1000, {2, 4, 10}},
	{"pairs", "1", "senders, and as many receivers", 1, 1000, {4, 20, 20}},
	{"loops", "1", "messages of each to each", 1, 1000000, {5, 20, 100}},
	{"bytes", "B", "size of a message", 8, BYTES_MAX, {100, 100, 100}},
	{"over", "1", "0 pipes, 1 channels", 0, 1, {0, 0, 0}},
	{.name = NULL},
};

struct hall;

struct member {
	struct hall *hall;
	size_t group;
	uint64_t id;   // of a sender: its stream
	uint8_t *room; // for a message
	int err; // 0, or why it stopped early; its goroutine's, as the next two
	uint64_t ended;
	uint64_t got, sum; // of a receiver: messages, and their checksums
	// A receiver's, used by all senders of its group.
	int h[2];              // the ends of the pipe; -1: none
	struct dy_chan *words; // of uint64_t
};

struct hall {
	uint64_t loops, seed;
	size_t bytes, pairs, n; // n: senders, and receivers
	bool pipes;
	struct fairness fairness;
	uint64_t *right; // what the receivers of each group come to
	uint8_t *room;   // of all messages
	struct member *sender, *receiver; // n each, in one block
	struct member member[];
};

static uint64_t sum_of(const struct hall *hall, const uint8_t *text)
{
	return checksum_add(CHECKSUM_START, text, hall->bytes);
}

//---------------------------------------------------------------------------
// The two kinds of members
//---------------------------------------------------------------------------

static int send_to(const struct member *me, struct member *to, uint64_t word)
{
	if (me->hall->pipes)
		return stream_write(to->h[1], me->room, me->hall->bytes);
	dy_chan_send(to->words, &word);
	return 0;
}

static void run_sender(void *arg)
{
	struct member *me = arg;
	struct hall *hall = me->hall;
	struct member *to = hall->receiver + me->group * hall->pairs;
	struct rng text = rng_stream(hall->seed, me->id);

	me->err = 0;
	for (uint64_t i = 0; i < hall->loops; i++) {
		uint64_t word;

		rng_fill(&text, me->room, hall->bytes);
		word = sum_of(hall, me->room);
		for (size_t j = 0; j < hall->pairs && !me->err; j++)
			me->err = send_to(me, &to[j], word);
	}
	me->ended = dy_now();
}

static void run_receiver(void *arg)
{
	struct member *me = arg;
	const struct hall *hall = me->hall;

	me->err = 0;
	me->sum = 0;
	for (me->got = 0; me->got < hall->loops * hall->pairs; me->got++) {
		uint64_t word = 0;

		if (hall->pipes) {
			me->err = stream_read(me->h[0], me->room, hall->bytes);
			if (me->err)
				return;
			word = sum_of(hall, me->room);
		} else {
			dy_chan_recv(me->words, &word);
		}
		me->sum += word;
	}
}

//---------------------------------------------------------------------------
// The workload
//---------------------------------------------------------------------------

static struct hall *new_hall(const struct wl_run *r)
{
	size_t groups = (size_t)r->param[GROUPS], pairs = (size_t)r->param[PAIRS];
	size_t n = groups * pairs;
	struct hall *hall = calloc(1, sizeof(*hall) +
	                                      2 * n * sizeof(struct member));

	if (!hall)
		return NULL;
	hall->loops = (uint64_t)r->param[LOOPS];
	hall->seed = r->seed;
	hall->bytes = (size_t)r->param[BYTES];
	hall->pairs = pairs;
	hall->n = n;
	hall->pipes = r->param[OVER] == 0;
	hall->right = calloc(groups, sizeof(hall->right[0]));
	hall->room = malloc(2 * n * hall->bytes);
	hall->sender = hall->member;
	hall->receiver = hall->member + n;
	for (size_t i = 0; i < 2 * n; i++)
		hall->member[i] = (struct member){
			.hall = hall,
			.group = i % n / pairs,
			.id = i % n,
			.room = hall->room ? hall->room + i * hall->bytes : NULL,
			.h = {-1, -1},
		};
	return hall;
}

static void give_back(struct hall *hall)
{
	for (size_t i = 0; i < hall->n; i++) {
		struct member *m = &hall->receiver[i];

		dy_chan_free(m->words);
		for (int end = 0; end < 2; end++)
			if (m->h[end] >= 0)
				dy_close(m->h[end]);
	}
	free(hall->right);
	free(hall->room);
	free(hall);
}

// connect_all opens what the receivers read from. Returns 0 or -errno.
static int connect_all(struct hall *hall)
{
	for (size_t i = 0; i < hall->n; i++) {
		struct member *m = &hall->receiver[i];
		int err = 0;

		if (hall->pipes)
			err = dy_pipe(m->h);
		else if (!(m->words = dy_chan_make(sizeof(uint64_t), ROOM)))
			err = -ENOMEM;
		if (err)
			return err;
	}
	return 0;
}

// reckon finds what each receiver of a group comes to: all get the same messages.
static void reckon(struct hall *hall)
{
	for (size_t i = 0; i < hall->n; i++) {
		const struct member *m = &hall->sender[i];
		struct rng text = rng_stream(hall->seed, m->id);

		for (uint64_t j = 0; j < hall->loops; j++) {
			rng_fill(&text, m->room, hall->bytes);
			hall->right[m->group] += sum_of(hall, m->room);
		}
	}
}

static int prepare(struct wl_run *r)
{
	struct hall *hall = new_hall(r);
	int err = hall && hall->right && hall->room ? 0 : -ENOMEM;

	if (!err)
		err = connect_all(hall);
	if (err) {
		report_error(r, err,
		             "cannot connect %" PRId64
		             " groups (errno %d; 24 is too many files): fewer "
		             "groups or pairs, or a higher ulimit -n",
		             r->param[GROUPS], -err);
		if (hall)
			give_back(hall);
		return err;
	}
	reckon(hall);
	r->state = hall;
	return 0;
}

static void play(struct wl_run *r)
{
	struct hall *hall = r->state;
	struct dy_waitgroup done = {0};

	fairness_begin(&hall->fairness);
	crew_start(&done, run_receiver, hall->receiver, hall->n,
	           sizeof(struct member));
	crew_start(&done, run_sender, hall->sender, hall->n,
	           sizeof(struct member));
	dy_wg_wait(&done);
	r->ops = hall->n * hall->pairs * hall->loops;
	for (size_t i = 0; i < hall->n && !r->warm_up; i++)
		fairness_add_speed(&hall->fairness, 1, hall->sender[i].ended);
	fairness_end(&hall->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct hall *hall = r->state;
	uint64_t all = hall->loops * hall->pairs;

	for (size_t i = 0; i < hall->n; i++) {
		const struct member *m = &hall->receiver[i];

		if (hall->sender[i].err)
			return report_wrong(
				r, "sender %zu could not send (errno %d)", i,
				-hall->sender[i].err);
		if (m->got != all || m->sum != hall->right[m->group])
			return report_wrong(
				r,
				"receiver %zu got %" PRIu64 " of %" PRIu64
				" messages (errno %d), whose checksums "
				"came to %" PRIx64 "; right is %" PRIx64,
				i, m->got, all, -m->err, m->sum,
				hall->right[m->group]);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	struct hall *hall = r->state;

	fairness_report(&hall->fairness, r);
	give_back(hall);
}

const struct workload wl_hackbench = {
	.name = "hackbench",
	.summary = "groups in which every sender sends to every receiver",
	.shows = "wake-ups of many by one and of one by many",
	.op = "message",
	.fairness = "the senders' speeds",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
