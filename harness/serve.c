// serve.c - a program that serves, and what loads it.
//
// Both run under keepers of their own. Readiness is looked at every 10 ms: from
// outside there is no event for a port that begins to listen.
#include "serve.h"

#include "complain.h"
#include "now.h"
#include "numbers.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOK UINT64_C(10000000) // between two looks, in ns
static const char tcp[] = "tcp:";

enum { CONNECT_MS = 200 };

// split_address takes "tcp:HOST:PORT" apart; the host is localhost if missing.
static int split_address(const char *text, char *host, size_t size,
                         const char **port)
{
	const char *colon = strrchr(text, ':');
	int64_t number;

	text += sizeof tcp - 1;
	*port = colon + 1;
	if (colon < text)
		snprintf(host, size, "localhost");
	else
		snprintf(host, size, "%.*s", (int)(colon - text), text);
	return *host ? number_parse(*port, 1, 65535, &number) : -EINVAL;
}

int serve_check(const char *text, char *why, size_t whylen)
{
	const char *port;
	char host[256];
	regex_t re;
	int err;

	if (strncmp(text, tcp, sizeof tcp - 1) == 0) {
		err = split_address(text, host, sizeof host, &port);
		if (err)
			snprintf(why, whylen, "a port is a number up to 65535");
		return err ? -EINVAL : 0;
	}
	err = *text ? regcomp(&re, text, REG_EXTENDED | REG_NOSUB) : REG_BADPAT;
	if (err) {
		regerror(err, &re, why, whylen);
		return -EINVAL;
	}
	regfree(&re);
	return 0;
}

// connects tries one address.
static bool connects(const struct addrinfo *a)
{
	int fd = socket(a->ai_family,
	                a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd p = {fd, POLLOUT, 0};
	socklen_t len = sizeof(int);
	int err = 0;

	if (fd < 0)
		return false;
	if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
		err = errno;
		if (err == EINPROGRESS && poll(&p, 1, CONNECT_MS) == 1 &&
		    getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0)
			err = errno;
	}
	close(fd);
	return err == 0;
}

static bool listens(const char *text)
{
	struct addrinfo want = {.ai_socktype = SOCK_STREAM}, *all, *a;
	const char *port;
	char host[256];
	bool yes = false;

	if (split_address(text, host, sizeof host, &port) != 0 ||
	    getaddrinfo(host, port, &want, &all) != 0)
		return false;
	for (a = all; a && !yes; a = a->ai_next)
		yes = connects(a);
	freeaddrinfo(all);
	return yes;
}

static bool ready(const struct trial_process *server, const char *text)
{
	regex_t re;
	bool yes;

	if (strncmp(text, tcp, sizeof tcp - 1) == 0)
		return listens(text);
	if (regcomp(&re, text, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0)
		return false;
	yes = (server->output && regexec(&re, server->output, 0, NULL, 0) == 0) ||
	      regexec(&re, server->errors, 0, NULL, 0) == 0;
	regfree(&re);
	return yes;
}

static int apply(struct trial_process *server, struct trial_process *load,
                 bool *early)
{
	struct trial_process *both[] = {server, load};
	int err = trial_process_start(load);

	while (!err && !load->ended && !server->ended)
		trial_process_step(both, 2, UINT64_MAX);
	*early = server->ended || server->asked;
	if (!server->ended)
		trial_process_stop(server);
	if (load->keeper && !load->ended)
		trial_process_stop(load);
	while (!server->ended || (load->keeper && !load->ended))
		trial_process_step(both, 2, UINT64_MAX);
	return err;
}

int serve_run(const struct plan *plan, struct trial_process *server,
              struct trial_process *load, bool *early)
{
	int err = trial_process_start(server);

	*early = true;
	while (!err && !server->ended && !ready(server, plan->settings->ready))
		trial_process_step(&server, 1, now_ns(CLOCK_MONOTONIC) + LOOK);
	if (!err && !server->ended)
		err = apply(server, load, early);
	if (!err && (server->failed || load->failed))
		err = -ENOMEM;
	return !err && (server->interrupted || load->interrupted) ? -EINTR : err;
}
