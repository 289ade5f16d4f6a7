// ticks.c - is the processor's counter a clock?
//
// It is if it counts at one rate in every state of the processor, which x86-64
// says by CPUID, and if the kernel has not found it to differ between processors,
// upon which it takes another clock. aarch64's counter always is one.
#include "ticks.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>

bool port_linux_counter;

static bool invariant(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d >> 8 & 1);
}

// A guest's clock may be its host's, which reads the counter as well.
static bool kernel_trusts_it(void)
{
	char name[32] = "";
	int fd = open("/sys/devices/system/clocksource/clocksource0/"
	              "current_clocksource",
	              O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, name, sizeof name - 1) : 0;

	if (fd >= 0)
		close(fd);
	return n > 0 && (strncmp(name, "tsc", 3) == 0 ||
	                 strncmp(name, "kvm-clock", 9) == 0 ||
	                 strncmp(name, "hyperv_clocksource_tsc_page", 27) == 0);
}

__attribute__((constructor)) static void settle(void)
{
	port_linux_counter = invariant() && kernel_trusts_it();
}

#endif
