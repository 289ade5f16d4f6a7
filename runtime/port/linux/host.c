// host.c - what the runtime asks about the machine and its process.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "port/port.h"

enum { CPUS_MAX = 1 << 16 };

// The mask grows until the kernel's fits.
int port_cpus(void)
{
	int n = 0;

	for (int cpus = 1024; n == 0 && cpus <= CPUS_MAX; cpus *= 2) {
		size_t size = CPU_ALLOC_SIZE((size_t)cpus);
		cpu_set_t *set = CPU_ALLOC((size_t)cpus);

		if (!set)
			break;
		if (sched_getaffinity(0, size, set) == 0)
			n = CPU_COUNT_S(size, set);
		CPU_FREE(set);
	}
	return n > 0 ? n : 1;
}

// The second number of statm, in pages.
uint64_t port_resident(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long all = 0, resident = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%lu %lu", &all, &resident) != 2)
		resident = 0;
	fclose(f);
	return (uint64_t)resident * port_page_size();
}

uint64_t port_entropy(void)
{
	uint64_t x;

	if (getrandom(&x, sizeof x, 0) != (ssize_t)sizeof x)
		x = port_now() ^ ((uint64_t)getpid() << 32);
	return x;
}

// Functions that the linker does not export have no name here, only a place in
// their file.
const char *port_symbol(uintptr_t pc, char *out, size_t n)
{
	Dl_info info;

	if (!dladdr((void *)pc, &info) || !info.dli_fname)
		snprintf(out, n, "%#lx", (unsigned long)pc);
	else if (info.dli_sname)
		snprintf(out, n, "%s(%s+%#lx)", info.dli_fname, info.dli_sname,
		         (unsigned long)(pc - (uintptr_t)info.dli_saddr));
	else
		snprintf(out, n, "%s(+%#lx)", info.dli_fname,
		         (unsigned long)(pc - (uintptr_t)info.dli_fbase));
	return out;
}
