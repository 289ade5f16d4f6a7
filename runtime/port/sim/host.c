// host.c - what the virtual machine's process looks like: four CPUs, no quota, exact
// sleeps, ticks that cost nothing, and entropy that comes from the schedule's seed.
#include <stdio.h>

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

// Names in files would differ from host to host.
const char *port_symbol(uintptr_t pc, char *out, size_t n)
{
	snprintf(out, n, "%#lx", (unsigned long)pc);
	return out;
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

void port_sleep_lightly(void)
{
}

uint64_t port_tick_overrun(void)
{
	return 0;
}

uint64_t port_tick_cost(struct port_thread *t, uint64_t period)
{
	(void)t, (void)period;
	return 0;
}
