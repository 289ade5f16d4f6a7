// serve.h - a program that serves, and what loads it.
#ifndef HARNESS_SERVE_H
#define HARNESS_SERVE_H

#include "plan.h"
#include "trial_process.h"

// serve_check says whether text is a condition of --ready: "tcp:PORT",
// "tcp:HOST:PORT", or a regular expression for what the server prints. 0, or
// -EINVAL with the reason.
int serve_check(const char *text, char *why, size_t whylen);

// serve_run starts the server, waits until it is ready, runs the load, and stops
// the server when the load has ended; the load when the server ends first.
// 0: load->keeper is 0 if the server was never ready, and *early says whether
// the server ended by itself. -EINTR, or -errno after a message.
int serve_run(const struct plan *plan, struct trial_process *server,
              struct trial_process *load, bool *early);

#endif
