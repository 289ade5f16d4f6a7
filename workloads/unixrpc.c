// unixrpc.c - requests and replies over Unix sockets, as local services speak.
//
// Each of `clients` clients makes `requests` requests of `ask` bytes, one after the
// other, and compares each reply of `answer` bytes byte by byte. A reply is drawn from
// a stream whose seed is the checksum of the request, so that it cannot be anybody
// else's. After every `per` requests the client closes and connects anew: per=1 is a
// service that is called once, a large one a connection that is kept.
//
// Unlike echo.c there is a listener, and connections come and go: one goroutine
// accepts and spawns one for each. Unlike TCP, connecting waits for nobody, and what
// is written lies with the reader at once.
//
// A latency is a request's, and includes its connecting where it is the first.
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "crew.h"
#include "fairness.h"
#include "histogram.h"
#include "report.h"
#include "rng.h"
#include "stream.h"

enum { CLIENTS, REQUESTS, ASK, ANSWER, PER, BY };

static const struct wl_param params[] = {
	{"clients", "1", "in closed loop", 1, 10000, {8, 64, 64}},
	{"requests", "1", "of each client", 1, 1000000, {10, 100, 600}},
	{"ask", "B", "size of a request", 1, 1 << 20, {64, 64, 64}},
	{"answer", "B", "size of a reply", 1, 1 << 20, {512, 512, 512}},
	{"per", "1", "requests of a connection", 1, 1000000, {4, 20, 20}},
	{"by", "1", "0 abstract name, 1 path", 0, 1, {0, 0, 0}},
	{.name = NULL},
};

enum { NAME_ROOM = 108 };

struct client {
	struct service *service;
	uint8_t *ask, *answer, *right; // room for a request, and the reply twice
	// By the client alone, in this round.
	uint64_t done;
	uint64_t ended;
	int err; // 0, or why it stopped early
	struct histogram took;
};

struct service {
	uint64_t seed, requests, per;
	size_t ask, answer, n;
	int listener;
	char name[NAME_ROOM];
	struct dy_waitgroup acceptor, conns;
	_Atomic uint64_t served, accepted; // in this round
	struct histogram took;             // since warm-up, as the next
	struct fairness fairness;
	uint8_t *room; // of all messages
	struct client client[];
};

// reply_to writes what the request is answered with.
static void reply_to(const struct service *s, const uint8_t *ask, uint8_t *reply)
{
	struct rng text = {checksum_add(CHECKSUM_START, ask, s->ask)};

	rng_fill(&text, reply, s->answer);
}

//---------------------------------------------------------------------------
// The server
//---------------------------------------------------------------------------

struct conn {
	struct service *service;
	int h;
	uint8_t room[]; // for a request and its reply
};

static bool serve_one(struct conn *c)
{
	struct service *s = c->service;
	uint8_t *reply = c->room + s->ask;

	if (stream_read(c->h, c->room, s->ask))
		return false;
	reply_to(s, c->room, reply);
	// Counted first: who has a reply in hand finds it counted.
	atomic_fetch_add_explicit(&s->served, 1, memory_order_relaxed);
	return stream_write(c->h, reply, s->answer) == 0;
}

static void serve(void *arg)
{
	struct conn *c = arg;

	while (serve_one(c))
		;
	dy_close(c->h);
	free(c);
}

static void accept_all(void *arg)
{
	struct service *s = arg;
	int h;

	while ((h = dy_unix_accept(s->listener)) >= 0) {
		struct conn *c = malloc(sizeof(*c) + s->ask + s->answer);

		if (!c) {
			dy_close(h); // the client says so
			continue;
		}
		c->service = s;
		c->h = h;
		atomic_fetch_add_explicit(&s->accepted, 1, memory_order_relaxed);
		dy_wg_go(&s->conns, serve, c);
	}
}

//---------------------------------------------------------------------------
// A client
//---------------------------------------------------------------------------

static int ask_one(struct client *me, int h, struct rng *text)
{
	const struct service *s = me->service;
	int err;

	rng_fill(text, me->ask, s->ask);
	err = stream_write(h, me->ask, s->ask);
	if (!err)
		err = stream_read(h, me->answer, s->answer);
	if (err)
		return err;
	reply_to(s, me->ask, me->right);
	return memcmp(me->answer, me->right, s->answer) == 0 ? 0 : -EBADMSG;
}

// call_once is one connection: connect, ask, close.
static int call_once(struct client *me, struct rng *text)
{
	const struct service *s = me->service;
	uint64_t start = dy_now(), end = me->done + s->per;
	int h = dy_unix_dial(s->name), err = 0;

	if (h < 0)
		return h;
	while (me->done < end && me->done < s->requests && !err) {
		uint64_t now;

		err = ask_one(me, h, text);
		now = dy_now();
		histogram_add(&me->took, now - start);
		start = now;
		me->done += !err;
	}
	dy_close(h);
	return err;
}

static void run_client(void *arg)
{
	struct client *me = arg;
	const struct service *s = me->service;
	struct rng text = rng_stream(s->seed, (uint64_t)(me - s->client));

	me->took = (struct histogram){0};
	me->done = 0;
	do {
		me->err = call_once(me, &text);
	} while (me->done < s->requests && !me->err);
	me->ended = dy_now();
}

//---------------------------------------------------------------------------
// The workload
//---------------------------------------------------------------------------

static struct service *new_service(const struct wl_run *r)
{
	size_t n = (size_t)r->param[CLIENTS], each;
	struct service *s = calloc(1, sizeof(*s) + n * sizeof(s->client[0]));

	if (!s)
		return NULL;
	s->seed = r->seed;
	s->requests = (uint64_t)r->param[REQUESTS];
	s->per = (uint64_t)r->param[PER];
	s->ask = (size_t)r->param[ASK];
	s->answer = (size_t)r->param[ANSWER];
	s->n = n;
	each = s->ask + 2 * s->answer;
	s->room = malloc(n * each);
	if (!s->room) {
		free(s);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct client *c = &s->client[i];

		c->service = s;
		c->ask = s->room + i * each;
		c->answer = c->ask + s->ask;
		c->right = c->answer + s->answer;
	}
	return s;
}

static void free_service(struct service *s)
{
	free(s->room);
	free(s);
}

// Each client has one connection at most that is not yet accepted.
static int open_listener(struct service *s, bool by_path)
{
	int err;

	s->listener = dy_unix_listen(by_path ? NULL : "@", (int)s->n);
	if (s->listener < 0)
		return s->listener;
	err = dy_unix_name(s->listener, s->name, sizeof(s->name));
	if (err)
		dy_close(s->listener);
	return err;
}

static int prepare(struct wl_run *r)
{
	struct service *s = new_service(r);
	int err;

	if (!s)
		return report_error(r, -ENOMEM, "no memory for the messages");
	err = open_listener(s, r->param[BY] == 1);
	if (err) {
		free_service(s);
		return report_error(r, err,
		                    "cannot listen on a Unix socket (errno %d): "
		                    "is $TMPDIR, or /tmp, there and writable?",
		                    -err);
	}
	dy_wg_go(&s->acceptor, accept_all, s);
	r->state = s;
	return 0;
}

// A client that has its last reply was accepted; so nobody is added to conns while
// it is waited for, unless a client failed: then accept_all may be late with its
// connection, which ends at once, and the answer is wrong anyway.
static void play(struct wl_run *r)
{
	struct service *s = r->state;

	atomic_store(&s->served, 0);
	atomic_store(&s->accepted, 0);
	fairness_begin(&s->fairness);
	crew_run(run_client, s->client, s->n, sizeof(s->client[0]));
	dy_wg_wait(&s->conns);
	r->ops = s->n * s->requests;
	for (size_t i = 0; i < s->n && !r->warm_up; i++) {
		const struct client *c = &s->client[i];

		histogram_merge(&s->took, &c->took);
		fairness_add_speed(&s->fairness, 1, c->ended);
	}
	fairness_end(&s->fairness);
}

static bool verify(struct wl_run *r)
{
	struct service *s = r->state;
	uint64_t served = atomic_load(&s->served), asked = s->n * s->requests;
	uint64_t accepted = atomic_load(&s->accepted);
	uint64_t dialled = s->n * ((s->requests + s->per - 1) / s->per);

	for (size_t i = 0; i < s->n; i++) {
		const struct client *c = &s->client[i];

		if (c->done != s->requests)
			return report_wrong(r,
			                    "client %zu got %" PRIu64 " of %" PRIu64
			                    " replies (errno %d; 24 is too many "
			                    "files: fewer clients, or a higher "
			                    "ulimit -n)",
			                    i, c->done, s->requests, -c->err);
	}
	if (served != asked || accepted != dialled)
		return report_wrong(r,
		                    "%" PRIu64 " of %" PRIu64
		                    " requests were served, on %" PRIu64
		                    " of %" PRIu64 " connections",
		                    served, asked, accepted, dialled);
	return true;
}

static void finish(struct wl_run *r)
{
	struct service *s = r->state;

	dy_close(s->listener);
	dy_wg_wait(&s->acceptor);
	dy_wg_wait(&s->conns);
	histogram_latency(&s->took, r);
	fairness_report(&s->fairness, r);
	free_service(s);
}

const struct workload wl_unixrpc = {
	.name = "unixrpc",
	.summary = "requests and replies over Unix sockets, connections that come and go",
	.shows = "the network poller, and goroutines spawned by who accepts",
	.op = "request",
	.latency = "a request, the first with its connecting",
	.fairness = "the clients' speeds",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
