// http_server.h - a small HTTP/1.1 server on loopback: GET, keep-alive, pipelining.
#ifndef WORKLOADS_HTTP_SERVER_H
#define WORKLOADS_HTTP_SERVER_H

#include <dyno/sync.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_conn;

struct http_server {
	int listener;
	const uint8_t *answer; // the response to every good request
	size_t answer_len;
	struct dy_waitgroup acceptor, conns;
	// Under the mutex.
	struct dy_mutex mutex;
	struct http_conn *live;
	uint64_t answered, refused; // requests, on connections that have ended
	int accept_err;             // why accepting ended, if not by stop
	bool stopping;
};

// http_server_start listens on port (0: any) and serves, a goroutine for each
// connection, until http_server_stop. s is zeroed but for the answer, which stays
// the caller's. 0 or -errno. Blocks: nothing.
int http_server_start(struct http_server *s, uint16_t port);

// http_server_counts tells how many requests were answered, and how many refused
// because they were not understood, so far.
void http_server_counts(struct http_server *s, uint64_t *answered,
                        uint64_t *refused);

// http_server_stop closes all connections and returns when nobody serves any more.
// Blocks: G.
void http_server_stop(struct http_server *s);

#endif
