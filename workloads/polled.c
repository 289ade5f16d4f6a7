// polled.c - the same workloads once more, compiled with polls for preempt=compiler.
//
// Their object has all the same names, which nobody sees but this: wl_find, renamed
// when it was merged (CMakeLists.txt).
#include "workload.h"

const struct workload *wl_polled_find(const char *name);

const struct workload *wl_polled(const struct workload *w)
{
	return wl_polled_find(w->name);
}
