// echo.c - echo over TCP or pipes, on the network poller.
//
// Each of `connections` connections has a client goroutine and a server
// goroutine. The client sends a message and waits for its echo before it sends
// the next (a closed loop): `messages` messages of `bytes` bytes in a round. The
// connections stay open from round to round. With `over` 0 a connection is one of
// TCP over loopback, with 1 a pair of pipes: the same waits without the network.
//
// With `way` 0 who waits parks and the poller readies him. With 1 he blocks his thread
// in the kernel: a thread for each connection, twice, as both ends are here. With 2
// io_uring completes the calls. The work and its answer are the same.
//
// Both ends sum up what they received: the server what the client must have
// sent by the seed, and the client compares each echo byte by byte. The server
// takes a whole message before it answers, so that no size of message can fill
// the buffers of both directions and stop both ends.
//
// An end that meets an error closes its side, which ends the other one too.
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "fairness.h"
#include "histogram.h"
#include "report.h"
#include "rng.h"
#include "stream.h"

enum { CONNECTIONS, MESSAGES, BYTES, OVER, WAY };

static const struct wl_param params[] = {
	{"connections", "1", "clients, one server each", 1, 10000, {8, 64, 64}},
	{"messages", "1", "messages of each client", 1, 1000000, {10, 100, 600}},
	{"bytes", "B", "size of a message", 1, 1 << 20, {64, 64, 64}},
	{"over", "1", "0 TCP, 1 pipes", 0, 1, {0, 0, 0}},
	{"way", "1", "0 netpoll, 1 blocking, 2 io_uring", 0, 2, {0, 0, 0}},
	{.name = NULL},
};

// One end of a connection. Everything below h is written by its goroutine.
struct end {
	int h, out;     // that it reads from and writes to; -1: closed
	int err;        // 0, or why it stopped early
	uint64_t whole; // messages gone through: received, or sent and come back
	uint64_t sum;   // of the bytes received
	uint8_t *in;    // room for one message
};

struct conn {
	struct bench *bench;
	uint64_t id;
	struct end client, server;
	struct histogram trips; // in this round; written by the client alone
	uint64_t ended;         // likewise, by dy_now
	uint64_t right;         // the sum that both ends must come to
	uint8_t *out;           // room for the message that the client sends
};

struct bench {
	uint64_t seed, messages;
	size_t bytes, n;
	struct histogram trips; // of all clients, since warm-up
	struct fairness fairness;
	struct dy_waitgroup done;
	uint8_t *room; // of all messages
	struct conn conn[];
};

//---------------------------------------------------------------------------
// The two ends
//---------------------------------------------------------------------------

static void begin(struct end *e)
{
	e->err = 0;
	e->whole = 0;
	e->sum = CHECKSUM_START;
}

static void close_end(struct end *e)
{
	if (e->h >= 0)
		dy_close(e->h);
	if (e->out >= 0 && e->out != e->h)
		dy_close(e->out);
	e->h = e->out = -1;
}

// leave is the end of either goroutine.
static void leave(struct end *e, struct bench *b)
{
	if (e->err)
		close_end(e);
	dy_wg_done(&b->done);
}

static void serve(void *arg)
{
	struct conn *c = arg;
	struct bench *b = c->bench;
	struct end *e = &c->server;

	for (begin(e); e->whole < b->messages; e->whole++) {
		e->err = stream_read(e->h, e->in, b->bytes);
		if (e->err)
			break;
		e->sum = checksum_add(e->sum, e->in, b->bytes);
		e->err = stream_write(e->out, e->in, b->bytes);
		if (e->err)
			break;
	}
	leave(e, b);
}

// round_trip sends the next message and waits for its echo.
static int round_trip(struct conn *c, struct rng *text)
{
	struct end *e = &c->client;
	size_t n = c->bench->bytes;
	int err;

	rng_fill(text, c->out, n);
	err = stream_write(e->out, c->out, n);
	if (!err)
		err = stream_read(e->h, e->in, n);
	if (err)
		return err;
	e->sum = checksum_add(e->sum, e->in, n);
	return memcmp(e->in, c->out, n) == 0 ? 0 : -EBADMSG;
}

static void ask(void *arg)
{
	struct conn *c = arg;
	struct bench *b = c->bench;
	struct end *e = &c->client;
	struct rng text = rng_stream(b->seed, c->id);

	c->trips = (struct histogram){0};
	for (begin(e); e->whole < b->messages; e->whole++) {
		uint64_t start = dy_now();

		e->err = round_trip(c, &text);
		if (e->err)
			break;
		histogram_add(&c->trips, dy_now() - start);
	}
	c->ended = dy_now();
	leave(e, b);
}

//---------------------------------------------------------------------------
// The workload
//---------------------------------------------------------------------------

static struct bench *new_bench(const struct wl_run *r)
{
	size_t n = (size_t)r->param[CONNECTIONS];
	size_t bytes = (size_t)r->param[BYTES];
	struct bench *b = calloc(1, sizeof(*b) + n * sizeof(b->conn[0]));

	if (!b)
		return NULL;
	b->seed = r->seed;
	b->messages = (uint64_t)r->param[MESSAGES];
	b->bytes = bytes;
	b->n = n;
	b->room = malloc(3 * n * bytes);
	for (size_t i = 0; i < n && b->room; i++) {
		struct conn *c = &b->conn[i];

		*c = (struct conn){.bench = b, .id = i};
		c->client.h = c->client.out = -1;
		c->server.h = c->server.out = -1;
		c->out = b->room + 3 * i * bytes;
		c->client.in = c->out + bytes;
		c->server.in = c->client.in + bytes;
	}
	return b;
}

// right_sum is what both ends of a connection receive by the seed.
static uint64_t right_sum(const struct conn *c)
{
	const struct bench *b = c->bench;
	struct rng text = rng_stream(b->seed, c->id);
	uint64_t sum = CHECKSUM_START;

	for (uint64_t i = 0; i < b->messages; i++) {
		rng_fill(&text, c->out, b->bytes);
		sum = checksum_add(sum, c->out, b->bytes);
	}
	return sum;
}

// connect_pipes opens a pipe for each direction. Returns 0 or -errno.
static int connect_pipes(struct bench *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct conn *c = &b->conn[i];
		int there[2], back[2], err = dy_pipe(there);

		if (err)
			return err;
		c->server.h = there[0];
		c->client.out = there[1];
		err = dy_pipe(back);
		if (err)
			return err;
		c->client.h = back[0];
		c->server.out = back[1];
	}
	return 0;
}

// connect_tcp opens the connections one after the other: each is accepted before
// the next is dialled, so that they pair up. Returns 0 or -errno.
static int connect_tcp(struct bench *b)
{
	int listener = dy_tcp_listen(0, 16);
	int port = listener < 0 ? listener : dy_tcp_port(listener);
	int err = port < 0 ? port : 0;

	for (size_t i = 0; i < b->n && !err; i++) {
		struct conn *c = &b->conn[i];

		c->client.h = dy_tcp_dial((uint16_t)port);
		if (c->client.h < 0)
			err = c->client.h;
		else if ((c->server.h = dy_tcp_accept(listener)) < 0)
			err = c->server.h;
		c->client.out = c->client.h;
		c->server.out = c->server.h;
	}
	if (listener >= 0)
		dy_close(listener);
	return err;
}

// choose sets the way of all ends. Returns 0 or -errno.
static int choose(struct bench *b, enum dy_way way)
{
	int err = 0;

	for (size_t i = 0; i < b->n && !err; i++) {
		const struct end *ends[] = {&b->conn[i].client,
		                            &b->conn[i].server};

		for (size_t j = 0; j < 2 && !err; j++) {
			err = dy_set_way(ends[j]->h, way);
			if (!err && ends[j]->out != ends[j]->h)
				err = dy_set_way(ends[j]->out, way);
		}
	}
	return err;
}

static void close_all(struct bench *b)
{
	for (size_t i = 0; i < b->n && b->room; i++) {
		close_end(&b->conn[i].client);
		close_end(&b->conn[i].server);
	}
	free(b->room);
	free(b);
}

static void finish(struct wl_run *r)
{
	struct bench *b = r->state;

	histogram_latency(&b->trips, r);
	fairness_report(&b->fairness, r);
	close_all(b);
}

static int prepare(struct wl_run *r)
{
	struct bench *b = new_bench(r);
	int err;

	if (!b || !b->room) {
		free(b);
		return report_error(r, -ENOMEM, "no memory for the messages");
	}
	r->state = b;
	err = r->param[OVER] ? connect_pipes(b) : connect_tcp(b);
	if (err) {
		report_error(r, err,
		             "cannot make %zu connections (errno "
		             "%d): fewer connections, or a higher ulimit -n",
		             b->n, -err);
		close_all(b);
		return err;
	}
	err = choose(b, (enum dy_way)r->param[WAY]);
	if (err) {
		close_all(b);
		return report_no_ring(r, err, 2);
	}
	for (size_t i = 0; i < b->n; i++)
		b->conn[i].right = right_sum(&b->conn[i]);
	return 0;
}

static void play(struct wl_run *r)
{
	struct bench *b = r->state;

	fairness_begin(&b->fairness);
	dy_wg_add(&b->done, 2 * (int)b->n);
	for (size_t i = 0; i < b->n; i++) {
		dy_go(serve, &b->conn[i]);
		dy_go(ask, &b->conn[i]);
	}
	dy_wg_wait(&b->done);
	r->ops = b->n * b->messages;
	for (size_t i = 0; i < b->n && !r->warm_up; i++) {
		histogram_merge(&b->trips, &b->conn[i].trips);
		fairness_add_speed(&b->fairness, 1, b->conn[i].ended);
	}
	fairness_end(&b->fairness);
}

static bool end_is_right(struct wl_run *r, const struct conn *c,
                         const struct end *e, const char *who)
{
	uint64_t messages = c->bench->messages;

	if (!e->err && e->whole == messages && e->sum == c->right)
		return true;
	return report_wrong(r,
	                    "connection %" PRIu64
	                    ": the %s went through %" PRIu64 " of %" PRIu64
	                    " messages (errno %d), checksum %" PRIx64
	                    ", right is %" PRIx64,
	                    c->id, who, e->whole, messages, -e->err, e->sum,
	                    c->right);
}

static bool verify(struct wl_run *r)
{
	const struct bench *b = r->state;

	for (size_t i = 0; i < b->n; i++) {
		const struct conn *c = &b->conn[i];

		if (!end_is_right(r, c, &c->client, "client") ||
		    !end_is_right(r, c, &c->server, "server"))
			return false;
	}
	return true;
}

const struct workload wl_echo = {
	.name = "echo",
	.summary = "echo over TCP or pipes, a closed loop per connection",
	.shows = "the network poller: parking, batches of readied goroutines",
	.op = "round trip",
	.latency = "a round trip, the client's",
	.fairness = "the clients' speeds",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
