// http_server.c - a small HTTP/1.1 server on loopback: GET, keep-alive, pipelining.
//
// One goroutine accepts, and one serves each connection: it reads what there is,
// answers every whole request in it, and keeps the rest for the next read. Only the
// end of the head is looked for, and what the answer depends on: the method, the
// version, and a wish to close. A request with a body, a method other than GET or a
// head that does not fit is refused, and the connection closed: after it nobody
// knows where the next begins.
//
// A handle is closed by the goroutine that serves it and by nobody else, since a
// number that was closed may soon mean another connection. To stop, the server sets
// deadlines that have passed: each reader finds its own and leaves.
#include "http_server.h"

#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/time.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_MAX = 8192, BACKLOG = 1024 };

struct http_conn {
	struct http_server *server;
	struct http_conn *next, **link; // of the live ones, under the mutex
	int h;
	// By its goroutine, read by http_server_counts.
	_Atomic uint64_t answered, refused;
	size_t filled;
	uint8_t in[HEAD_MAX];
};

static const char refusal[] = "HTTP/1.1 400 Bad Request\r\n"
			      "Content-Length: 0\r\n"
			      "Connection: close\r\n\r\n";

//---------------------------------------------------------------------------
// A request
//---------------------------------------------------------------------------

// head_length is where the empty line of a request's head ends; 0: not yet there.
static size_t head_length(const uint8_t *in, size_t n)
{
	for (size_t i = 3; i < n; i++) {
		if (in[i] == '\n' && memcmp(in + i - 3, "\r\n\r\n", 4) == 0)
			return i + 1;
	}
	return 0;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

// says tells whether the head has this line, in any case; text is in lower case and
// begins with the end of the line before.
static bool says(const uint8_t *head, size_t n, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i + len <= n; i++) {
		size_t j = 0;

		while (j < len && lower(head[i + j]) == (uint8_t)text[j])
			j++;
		if (j == len)
			return true;
	}
	return false;
}

static bool is_good(const uint8_t *head, size_t n)
{
	return n > 4 && memcmp(head, "GET ", 4) == 0 &&
	       says(head, n, " http/1.") && !says(head, n, "\ncontent-length:") &&
	       !says(head, n, "\ntransfer-encoding:");
}

static bool is_last(const uint8_t *head, size_t n)
{
	return says(head, n, " http/1.0\r\n") ||
	       says(head, n, "\nconnection: close\r\n");
}

//---------------------------------------------------------------------------
// A connection
//---------------------------------------------------------------------------

static void count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static void refuse(struct http_conn *c)
{
	count(&c->refused);
	dy_write(c->h, refusal, sizeof(refusal) - 1);
}

// answer_one answers the request of n bytes at head; false: it was the last.
static bool answer_one(struct http_conn *c, const uint8_t *head, size_t n)
{
	const struct http_server *s = c->server;

	if (!is_good(head, n)) {
		refuse(c);
		return false;
	}
	// Counted first: who has an answer in hand finds it counted.
	count(&c->answered);
	if (dy_write(c->h, s->answer, s->answer_len) == (ssize_t)s->answer_len)
		return !is_last(head, n);
	atomic_fetch_sub_explicit(&c->answered, 1, memory_order_relaxed);
	return false;
}

// answer_all answers what is whole of what was read and moves the rest to the
// front; false: the connection is to be closed.
static bool answer_all(struct http_conn *c)
{
	size_t done = 0, n;

	while ((n = head_length(c->in + done, c->filled - done)) > 0) {
		if (!answer_one(c, c->in + done, n))
			return false;
		done += n;
	}
	memmove(c->in, c->in + done, c->filled - done);
	c->filled -= done;
	if (c->filled < HEAD_MAX)
		return true;
	refuse(c);
	return false;
}

// unlink takes a connection off the list, and keeps its counts.
static void unlink_conn(struct http_conn *c)
{
	struct http_server *s = c->server;

	dy_mutex_lock(&s->mutex);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	s->answered += atomic_load(&c->answered);
	s->refused += atomic_load(&c->refused);
	dy_mutex_unlock(&s->mutex);
}

static void serve(void *arg)
{
	struct http_conn *c = arg;
	ssize_t got;

	do {
		got = dy_read(c->h, c->in + c->filled, HEAD_MAX - c->filled);
		if (got > 0)
			c->filled += (size_t)got;
	} while (got > 0 && answer_all(c));
	unlink_conn(c);
	dy_close(c->h);
	free(c);
}

static void begin(struct http_server *s, int h)
{
	struct http_conn *c = malloc(sizeof(*c));

	if (!c) {
		dy_close(h);
		return;
	}
	c->server = s;
	c->h = h;
	c->filled = 0;
	atomic_init(&c->answered, 0);
	atomic_init(&c->refused, 0);
	dy_mutex_lock(&s->mutex);
	c->next = s->live;
	c->link = &s->live;
	if (c->next)
		c->next->link = &c->next;
	s->live = c;
	dy_mutex_unlock(&s->mutex);
	dy_wg_go(&s->conns, serve, c);
}

//---------------------------------------------------------------------------
// The server
//---------------------------------------------------------------------------

// is_passing tells whether accepting may go on after err: a caller that went away,
// or handles that will be free again.
static bool is_passing(int err)
{
	return err == -ECONNABORTED || err == -EMFILE || err == -ENFILE ||
	       err == -ENOBUFS || err == -ENOMEM;
}

static void accept_all(void *arg)
{
	struct http_server *s = arg;
	int h = 0;

	while (h >= 0 || is_passing(h)) {
		h = dy_tcp_accept(s->listener);
		if (h >= 0)
			begin(s, h);
		else if (is_passing(h))
			dy_sleep(DY_MS);
	}
	dy_mutex_lock(&s->mutex);
	s->accept_err = s->stopping ? 0 : h;
	dy_mutex_unlock(&s->mutex);
}

int http_server_start(struct http_server *s, uint16_t port)
{
	s->listener = dy_tcp_listen(port, BACKLOG);
	if (s->listener < 0)
		return s->listener;
	dy_wg_go(&s->acceptor, accept_all, s);
	return 0;
}

void http_server_counts(struct http_server *s, uint64_t *answered,
                        uint64_t *refused)
{
	dy_mutex_lock(&s->mutex);
	*answered = s->answered;
	*refused = s->refused;
	for (struct http_conn *c = s->live; c; c = c->next) {
		*answered += atomic_load(&c->answered);
		*refused += atomic_load(&c->refused);
	}
	dy_mutex_unlock(&s->mutex);
}

void http_server_stop(struct http_server *s)
{
	dy_mutex_lock(&s->mutex);
	s->stopping = true;
	dy_mutex_unlock(&s->mutex);
	dy_close(s->listener);
	dy_wg_wait(&s->acceptor);
	dy_mutex_lock(&s->mutex);
	for (struct http_conn *c = s->live; c; c = c->next)
		dy_set_deadline(c->h, 1); // long past
	dy_mutex_unlock(&s->mutex);
	dy_wg_wait(&s->conns);
}
