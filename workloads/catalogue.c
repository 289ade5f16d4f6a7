// catalogue.c - every workload there is, by name.
//
// A new workload is one file and one line here.
#include <string.h>

#include "workload.h"

#define WORKLOADS(X) \
	X(wl_fib) \
	X(wl_uts) \
	X(wl_imbalance) \
	X(wl_yield) \
	X(wl_pingpong) \
	X(wl_block) \
	X(wl_echo) \
	X(wl_fileread) \
	X(wl_parked) \
	X(wl_bimodal) \
	X(wl_hog) \
	X(wl_light) \
	X(wl_preemption) \
	X(wl_lifotrap) \
	X(wl_syscallmix) \
	X(wl_contend) \
	X(wl_inject) \
	X(wl_burst) \
	X(wl_hackbench) \
	X(wl_nqueens) \
	X(wl_skynet) \
	X(wl_matmul) \
	X(wl_mergesort) \
	X(wl_mandelbrot) \
	X(wl_sieve) \
	X(wl_spawnjoin) \
	X(wl_ring) \
	X(wl_fan) \
	X(wl_prodcons) \
	X(wl_selectstorm) \
	X(wl_chameneos) \
	X(wl_transfer) \
	X(wl_timers) \
	X(wl_wakeup) \
	X(wl_pool) \
	X(wl_logwrite) \
	X(wl_http) \
	X(wl_unixrpc) \
	X(wl_null)

#define DECLARE(w) extern const struct workload w;
WORKLOADS(DECLARE)

#define ENTRY(w) &w,
static const struct workload *const all[] = {WORKLOADS(ENTRY)};

const struct workload *wl_catalogue(size_t i)
{
	return i < sizeof(all) / sizeof(all[0]) ? all[i] : NULL;
}

const struct workload *wl_find(const char *name)
{
	const struct workload *w;

	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		if (strcmp(w->name, name) == 0)
			return w;
	}
	return NULL;
}
