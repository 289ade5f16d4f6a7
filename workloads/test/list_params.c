// list_params.c - prints the parameters of every workload, for the test of the
// twins: "imbalance pieces 1 1000000 20 200 1000".
#include <inttypes.h>
#include <stdio.h>

#include "workload.h"

int main(void)
{
	const struct workload *w;

	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		for (const struct wl_param *p = w->params; p->name; p++)
			printf("%s %s %" PRId64 " %" PRId64 " %" PRId64
			       " %" PRId64 " %" PRId64 "\n",
			       w->name, p->name, p->min, p->max, p->size[0],
			       p->size[1], p->size[2]);
	}
	return 0;
}
