// host.c - what the virtual machine's process looks like: four CPUs, no quota,
// and entropy that comes from the schedule's seed.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "port/port.h"
#include "sim.h"

enum { CPUS = 4 };

int port_cpus(void)
{
	return CPUS;
}

double port_cpu_limit(const char *sysroot)
{
	(void)sysroot;
	return 0;
}

uint64_t port_resident(void)
{
	return 0;
}

uint64_t port_entropy(void)
{
	return sim_mix(sim_seed()) | 1;
}

const char *port_getenv(const char *name)
{
	return getenv(name);
}

// Names in files would differ from host to host.
const char *port_symbol(uintptr_t pc, char *out, size_t n)
{
	snprintf(out, n, "%#lx", (unsigned long)pc);
	return out;
}

void port_stderr(const char *text, size_t n)
{
	while (n > 0) {
		ssize_t put = write(STDERR_FILENO, text, n);

		if (put <= 0)
			return; // nobody to tell
		text += put;
		n -= (size_t)put;
	}
}

void port_exit(int status)
{
	_exit(status);
}

uint64_t port_work_calibrate(void)
{
	return 0;
}

void port_work_give_rate(uint64_t rate)
{
	(void)rate;
}

uint64_t port_work_rate(void)
{
	return 0;
}
