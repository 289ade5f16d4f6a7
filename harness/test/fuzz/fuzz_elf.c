// fuzz_elf.c - any bytes as a program's file: read or refused, never a crash.
#include "../../why/elf_image.h"
#include "../../why/go_binary.h"
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct elf_image e;
	struct go_binary b;
	uint64_t address;

	if (fd < 0)
		fd = memfd_create("elf", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) != 0 ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		return 0;
	go_binary_read(&b, fd);
	if (elf_open(&e, fd) == 0)
		elf_symbol(&e, "runtime.gomaxprocs", 4, &address);
	return 0;
}
