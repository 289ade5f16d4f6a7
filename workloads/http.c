// http.c - an HTTP server, and clients that ask it over kept-alive connections.
//
// Each of `connections` clients, in the same process, makes `requests` requests one
// after the other and compares each answer byte by byte. With connections=0 nobody
// asks from inside: the server stays for `serve` ns a round on 127.0.0.1:`port`, for a
// load generator of its own process (wrk, say), and what it answered is counted.
//
// A request is a little parsing, a read that mostly finds nothing yet, and a write
// that wakes the other end: echo.c with the work of a server in between.
//
// The latencies are the clients'.
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "histogram.h"
#include "http_server.h"
#include "report.h"
#include "rng.h"

enum { CONNECTIONS, REQUESTS, BYTES, PORT, SERVE };

static const struct wl_param params[] = {
	{"connections", "1", "clients; 0: from outside", 0, 10000, {8, 64, 64}},
	{"requests", "1", "of each client", 1, 10000000, {10, 100, 1000}},
	{"bytes", "B", "body of an answer", 0, 1 << 20, {128, 128, 128}},
	{"port", "1", "to listen on; 0: any", 0, 65535, {0, 0, 0}},
	{"serve",
         "ns",
         "a round, for outside",
         DY_MS,
         3600 * DY_S,
         {DY_S, DY_S, 5 * DY_S}},
	{.name = NULL},
};

enum { ANSWER_HEAD_MAX = 128 };

static const char question[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

struct client {
	struct site *site;
	int h;
	uint8_t *in; // room for an answer
	// By the client alone, in this round.
	uint64_t right; // answers
	int err;
	struct histogram took;
};

struct site {
	struct http_server server;
	uint64_t requests, serve;
	size_t n;
	uint8_t *answer; // and behind it, the clients' rooms for it
	size_t answer_len;
	uint64_t before, answered,
		refused;       // answered before this round; at its end
	struct histogram took; // since warm-up
	struct client client[];
};

//---------------------------------------------------------------------------
// A client
//---------------------------------------------------------------------------

static int read_answer(struct client *me)
{
	size_t n = me->site->answer_len, filled = 0;

	while (filled < n) {
		ssize_t got = dy_read(me->h, me->in + filled, n - filled);

		if (got <= 0)
			return got < 0 ? (int)got : -EPIPE;
		filled += (size_t)got;
	}
	return memcmp(me->in, me->site->answer, n) == 0 ? 0 : -EBADMSG;
}

static int ask(struct client *me)
{
	ssize_t put = dy_write(me->h, question, sizeof(question) - 1);

	return put < 0 ? (int)put : read_answer(me);
}

static void run_client(void *arg)
{
	struct client *me = arg;

	me->took = (struct histogram){0};
	me->err = 0;
	for (me->right = 0; me->right < me->site->requests; me->right++) {
		uint64_t start = dy_now();

		me->err = ask(me);
		if (me->err)
			return;
		histogram_add(&me->took, dy_now() - start);
	}
}

//---------------------------------------------------------------------------
// The workload
//---------------------------------------------------------------------------

// write_answer writes head and body, letters by the seed.
static void write_answer(struct site *s, uint64_t seed, size_t body)
{
	struct rng rng = rng_stream(seed, 0);
	int head = snprintf((char *)s->answer, ANSWER_HEAD_MAX,
	                    "HTTP/1.1 200 OK\r\n"
	                    "Content-Type: text/plain\r\n"
	                    "Content-Length: %zu\r\n\r\n",
	                    body);

	s->answer_len = (size_t)head + body;
	for (size_t i = (size_t)head; i < s->answer_len; i++)
		s->answer[i] = (uint8_t)('a' + rng_below(&rng, 26));
}

static struct site *new_site(const struct wl_run *r)
{
	size_t n = (size_t)r->param[CONNECTIONS];
	size_t body = (size_t)r->param[BYTES], room = ANSWER_HEAD_MAX + body;
	struct site *s = calloc(1, sizeof(*s) + n * sizeof(s->client[0]));

	if (!s)
		return NULL;
	s->answer = malloc((n + 1) * room);
	if (!s->answer) {
		free(s);
		return NULL;
	}
	s->requests = (uint64_t)r->param[REQUESTS];
	s->serve = (uint64_t)r->param[SERVE];
	s->n = n;
	write_answer(s, r->seed, body);
	s->server.answer = s->answer;
	s->server.answer_len = s->answer_len;
	for (size_t i = 0; i < n; i++) {
		s->client[i].site = s;
		s->client[i].h = -1;
		s->client[i].in = s->answer + (i + 1) * room;
	}
	return s;
}

static void close_all(struct site *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->client[i].h >= 0)
			dy_close(s->client[i].h);
	}
	http_server_stop(&s->server);
	free(s->answer);
	free(s);
}

static int connect_all(struct site *s)
{
	int port = dy_tcp_port(s->server.listener);

	for (size_t i = 0; i < s->n && port >= 0; i++) {
		s->client[i].h = dy_tcp_dial((uint16_t)port);
		if (s->client[i].h < 0)
			return s->client[i].h;
	}
	return port < 0 ? port : 0;
}

static int prepare(struct wl_run *r)
{
	struct site *s;
	int err;

	if (r->param[CONNECTIONS] == 0 && r->param[PORT] == 0)
		return report_error(r, -EINVAL,
		                    "connections=0 serves others, who need to "
		                    "know the port: set port=8080, say");
	s = new_site(r);
	if (!s)
		return report_error(r, -ENOMEM, "no memory for the answers");
	err = http_server_start(&s->server, (uint16_t)r->param[PORT]);
	if (err) {
		free(s->answer);
		free(s);
		return report_error(r, err,
		                    "cannot listen on 127.0.0.1:%" PRId64
		                    " (errno %d): is the port taken?",
		                    r->param[PORT], -err);
	}
	err = connect_all(s);
	if (err) {
		report_error(r, err,
		             "cannot connect %zu times over loopback (errno "
		             "%d): fewer connections, or a higher ulimit -n",
		             s->n, -err);
		close_all(s);
		return err;
	}
	r->state = s;
	return 0;
}

static void play(struct wl_run *r)
{
	struct site *s = r->state;

	http_server_counts(&s->server, &s->before, &s->refused);
	if (s->n > 0)
		crew_run(run_client, s->client, s->n, sizeof(s->client[0]));
	else
		dy_sleep(s->serve);
	http_server_counts(&s->server, &s->answered, &s->refused);
	r->ops = s->n > 0 ? s->n * s->requests : s->answered - s->before;
	for (size_t i = 0; i < s->n && !r->warm_up; i++)
		histogram_merge(&s->took, &s->client[i].took);
}

static bool verify(struct wl_run *r)
{
	struct site *s = r->state;
	uint64_t answered = s->answered - s->before;

	for (size_t i = 0; i < s->n; i++) {
		const struct client *c = &s->client[i];

		if (c->right != s->requests)
			return report_wrong(r,
			                    "client %zu got %" PRIu64
			                    " of %" PRIu64 " answers (errno %d)",
			                    i, c->right, s->requests, -c->err);
	}
	if (s->n == 0 && answered == 0 && !r->warm_up)
		return report_wrong(r,
		                    "nobody asked: load 127.0.0.1:%" PRId64
		                    " while this runs",
		                    r->param[PORT]);
	if (s->refused > 0 || answered < s->n * s->requests)
		return report_wrong(r,
		                    "the server answered %" PRIu64
		                    " requests of the clients' %" PRIu64
		                    " and refused %" PRIu64,
		                    answered, s->n * s->requests, s->refused);
	return true;
}

static void finish(struct wl_run *r)
{
	struct site *s = r->state;

	histogram_latency(&s->took, r);
	close_all(s);
}

const struct workload wl_http = {
	.name = "http",
	.summary = "an HTTP server with kept-alive connections, and its clients",
	.shows = "the network poller with a server's work between its waits",
	.op = "request",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
