// list_params.c - prints the parameters of every workload, for the test of the
// twins: "imbalance pieces 1 1000000 20 200 1000"; or, if there is an argument, which
// of two measures it has: "echo latency_p50 fairness".
#include <inttypes.h>
#include <stdio.h>

#include "workload.h"

static void print_measures(const struct workload *w)
{
	printf("%s%s%s\n", w->name, w->latency ? " latency_p50" : "",
	       w->fairness ? " fairness" : "");
}

static void print_params(const struct workload *w)
{
	for (const struct wl_param *p = w->params; p->name; p++)
		printf("%s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
		       " %" PRId64 "\n",
		       w->name, p->name, p->min, p->max, p->size[0], p->size[1],
		       p->size[2]);
}

int main(int argc, char **argv)
{
	const struct workload *w;

	(void)argv;
	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		if (argc > 1)
			print_measures(w);
		else
			print_params(w);
	}
	return 0;
}
