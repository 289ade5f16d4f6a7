// http.c - an HTTP server, and clients that ask it over kept-alive connections.
//
// Each of `connections` clients, in the same process, makes `requests` requests one
// after the other and compares each answer byte by byte. With a `rate` requests come
// when they come (arrivals.h), for `serve` ns: each takes a connection that is idle, or
// waits for one, which its latency counts. With connections=0 nobody
// asks from inside: the server stays for `serve` ns a round on 127.0.0.1:`port`, for a
// load generator of its own process (wrk, say), and what it answered is counted.
//
// A request is a little parsing, a read that mostly finds nothing yet, and a write
// that wakes the other end: echo.c with the work of a server in between.
//
// The latencies are the clients'.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "crew.h"
#include "fairness.h"
#include "histogram.h"
#include "http_server.h"
#include "report.h"
#include "rng.h"

enum { CONNECTIONS, REQUESTS, BYTES, PORT, SERVE, RATE, GENERATOR };

static const struct wl_param params[] = {
	{"connections", "1", "clients; 0: from outside", 0, 10000, {8, 64, 64}},
	{"requests", "1", "of each client; not at a rate", 1, 10000000, {10, 100, 1000}},
	{"bytes", "B", "body of an answer", 0, 1 << 20, {128, 128, 128}},
	{"port", "1", "to listen on; 0: any", 0, 65535, {0, 0, 0}},
	{"serve",
         "ns",
         "a round, for outside or at a rate",
         DY_MS,
         3600 * DY_S,
         {DY_S, DY_S, 5 * DY_S}},
	{WL_RATE, WL_RATE_UNIT, "open loop; 0: closed", 0, WL_RATE_MAX, {0, 0, 0}},
	{WL_GENERATOR, "1", "0 a goroutine, 1 a thread outside", 0, 1, {0, 0, 0}},
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
	uint64_t ended; // by dy_now
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
	struct histogram took; // since warm-up, as the next
	struct fairness fairness;
	// At a rate; else NULL.
	struct arrivals *offered;
	struct dy_chan *idle; // of struct client *
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
	me->ended = dy_now();
}

//---------------------------------------------------------------------------
// At a rate
//---------------------------------------------------------------------------

// put_through is the goroutine of one request. A client that has met an error stays
// with it.
static void put_through(void *arg)
{
	struct request *q = arg;
	struct site *s = q->from->owner;
	struct client *c;

	dy_chan_recv(s->idle, &c);
	if (!c->err)
		c->err = ask(c);
	c->right += !c->err;
	arrivals_answer(q);
	dy_chan_send(s->idle, &c);
}

static void play_offered(struct site *s, const struct wl_run *r)
{
	for (size_t i = 0; i < s->n; i++) {
		s->client[i].right = 0;
		s->client[i].err = 0;
	}
	arrivals_play(s->offered, put_through);
	arrivals_keep(s->offered, r);
}

// offer draws when requests come. Returns 0 or -errno.
static int offer(struct site *s, struct wl_run *r)
{
	double gap = (double)DY_S / (double)r->param[RATE];
	double n = (double)s->serve / gap;
	struct rng due = rng_stream(r->seed, 1); // 0 writes the answer

	if (n > ARRIVALS_MAX)
		return report_error(r, -EINVAL,
		                    "%.0f requests in a round are more than %d: "
		                    "take a smaller serve or rate",
		                    n, ARRIVALS_MAX);
	s->offered = arrivals_new(
		&(struct arrivals_plan){.process = ARRIVALS_POISSON,
	                                .n = (size_t)n + 1,
	                                .gap = gap},
		&due);
	s->idle = dy_chan_make(sizeof(struct client *), s->n);
	if (!s->offered || !s->idle)
		return report_error(r, -ENOMEM, "no memory for %.0f requests", n);
	s->offered->owner = s;
	for (size_t i = 0; i < s->n; i++) {
		struct client *c = &s->client[i];

		dy_chan_send(s->idle, &c);
	}
	return arrivals_choose(s->offered, r, r->param[GENERATOR]);
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
	dy_chan_free(s->idle);
	free(s->offered);
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
	if (r->param[CONNECTIONS] == 0 && r->param[RATE] > 0)
		return report_error(r, -EINVAL,
		                    "connections=0 has no clients that a rate "
		                    "could be asked by: leave one of them out");
	if (r->param[GENERATOR] == 1 && r->param[RATE] == 0)
		return report_error(r, -EINVAL,
		                    "generator=1 is for an open loop: set rate=");
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
	err = r->param[RATE] ? offer(s, r) : 0;
	if (err) {
		close_all(s);
		return err;
	}
	r->state = s;
	return 0;
}

// asked is how many requests the clients make in a round.
static uint64_t asked(const struct site *s)
{
	return s->offered ? s->offered->n : s->n * s->requests;
}

static void play(struct wl_run *r)
{
	struct site *s = r->state;

	http_server_counts(&s->server, &s->before, &s->refused);
	fairness_begin(&s->fairness);
	if (s->offered)
		play_offered(s, r);
	else if (s->n > 0)
		crew_run(run_client, s->client, s->n, sizeof(s->client[0]));
	else
		dy_sleep(s->serve);
	http_server_counts(&s->server, &s->answered, &s->refused);
	r->ops = s->n > 0 ? asked(s) : s->answered - s->before;
	for (size_t i = 0; i < s->n && !r->warm_up && !s->offered; i++) {
		histogram_merge(&s->took, &s->client[i].took);
		fairness_add_speed(&s->fairness, 1, s->client[i].ended);
	}
	fairness_end(&s->fairness);
}

// clients_are_right looks for answers that were wrong or did not come.
static bool clients_are_right(struct site *s, struct wl_run *r)
{
	uint64_t right = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct client *c = &s->client[i];

		right += c->right;
		if (c->err || (!s->offered && c->right != s->requests))
			return report_wrong(r,
			                    "client %zu got %" PRIu64
			                    " of %" PRIu64 " answers (errno %d)",
			                    i, c->right, s->requests, -c->err);
	}
	if (right != asked(s))
		return report_wrong(r,
		                    "the clients got %" PRIu64 " of %" PRIu64
		                    " answers",
		                    right, asked(s));
	return !s->offered || arrivals_verify(s->offered, r);
}

static bool verify(struct wl_run *r)
{
	struct site *s = r->state;
	uint64_t answered = s->answered - s->before;

	if (!clients_are_right(s, r))
		return false;
	if (s->n == 0 && answered == 0 && !r->warm_up)
		return report_wrong(r,
		                    "nobody asked: load 127.0.0.1:%" PRId64
		                    " while this runs",
		                    r->param[PORT]);
	if (s->refused > 0 || answered < asked(s))
		return report_wrong(r,
		                    "the server answered %" PRIu64
		                    " requests of the clients' %" PRIu64
		                    " and refused %" PRIu64,
		                    answered, asked(s), s->refused);
	return true;
}

static void finish(struct wl_run *r)
{
	struct site *s = r->state;

	if (s->offered)
		arrivals_report(s->offered, r);
	else
		histogram_latency(&s->took, r);
	fairness_report(&s->fairness, r);
	close_all(s);
}

const struct workload wl_http = {
	.name = "http",
	.summary = "an HTTP server with kept-alive connections, and its clients",
	.shows = "the network poller with a server's work between its waits",
	.op = "request",
	.latency = "a request, the client's",
	.fairness = "the clients' speeds, not at a rate",
	.others = "at a rate late_*, generator_*, offered_rate, overrun, unreached",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
