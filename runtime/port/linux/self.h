// self.h - the current M: but for a countdown (inserted.c), the only thread-local word
// of the runtime.
//
// A goroutine changes threads, and compilers keep the address of a
// thread-local across calls. port_m is therefore volatile assembly: each use
// reads the thread pointer again. Its answer holds until the next switch.
#ifndef PORT_LINUX_SELF_H
#define PORT_LINUX_SELF_H

struct m;

extern __thread struct m *port_linux_m __attribute__((tls_model("initial-exec")));

static inline struct m *port_m(void)
{
	struct m *mp;
#if defined(__x86_64__)
	__asm__ volatile("movq port_linux_m@gottpoff(%%rip), %0\n\t"
	                 "movq %%fs:(%0), %0"
	                 : "=r"(mp));
#elif defined(__aarch64__)
	void *tp;
	__asm__ volatile("mrs %1, tpidr_el0\n\t"
	                 "adrp %0, :gottprel:port_linux_m\n\t"
	                 "ldr %0, [%0, :gottprel_lo12:port_linux_m]\n\t"
	                 "ldr %0, [%1, %0]"
	                 : "=&r"(mp), "=&r"(tp));
#else
#error "port_m: no thread pointer known for this architecture"
#endif
	return mp;
}

#endif
