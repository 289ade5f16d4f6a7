// mem.c - address space, and the guards under stacks.
//
// A guard by madvise (Linux 6.13) lives in the page table and costs no mapping
// of its own, so a million of them fit under vm.max_map_count. Whether it works
// is found out by its effect, since emulators accept advice that they do not
// know: the kernel must refuse to read from a guarded page.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "port/port.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

size_t port_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

// Huge pages would make each stack resident as a whole.
void *port_map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

void port_unmap(void *addr, size_t size)
{
	munmap(addr, size);
}

int port_forget(void *addr, size_t size)
{
	return madvise(addr, size, MADV_DONTNEED) < 0 ? -errno : 0;
}

int port_guard_set(enum port_guard how, void *addr, size_t size)
{
	int err = 0;

	switch (how) {
	case PORT_GUARD_MADVISE:
		err = madvise(addr, size, MADV_GUARD_INSTALL);
		break;
	case PORT_GUARD_MPROTECT:
		err = mprotect(addr, size, PROT_NONE);
		break;
	case PORT_GUARD_NONE:
		break;
	}
	return err < 0 ? -errno : 0;
}

static bool faults(const void *addr)
{
	int fd[2];
	bool fault;

	if (pipe2(fd, O_CLOEXEC) < 0)
		return false;
	fault = write(fd[1], addr, 1) < 0 && errno == EFAULT;
	close(fd[0]);
	close(fd[1]);
	return fault;
}

enum port_guard port_guard_probe(void)
{
	size_t page = port_page_size();
	enum port_guard how;
	void *p = port_map(page);

	if (!p)
		return PORT_GUARD_NONE;
	for (how = PORT_GUARD_MADVISE; how < PORT_GUARD_NONE; how++) {
		if (port_guard_set(how, p, page) == 0 && faults(p))
			break;
	}
	port_unmap(p, page);
	return how;
}
