// null.c - does nothing, to measure whoever runs it: what a trial reports for
// this is what the runner itself costs.
#include "workload.h"

static const struct wl_param params[] = {{.name = NULL}};

static void play(struct wl_run *r)
{
	r->ops = 1;
}

static bool verify(struct wl_run *r)
{
	return r->ops == 1;
}

const struct workload wl_null = {
	.name = "null",
	.summary = "nothing at all",
	.shows = "what the harness itself costs and adds",
	.op = "round",
	.kind = WL_CPU,
	.params = params,
	.round = play,
	.verify = verify,
};
