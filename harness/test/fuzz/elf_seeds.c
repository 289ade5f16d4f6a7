// elf_seeds.c - writes the ELF files that the fuzzer begins with, every form of
// them, into the directory that it is given.
#include "../fixture_elf.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FORMS = 16 };

static int write_form(int dir, int form)
{
	const struct fixture_elf want = {
		.narrow = form & 1,
		.big = form & 2,
		.pointers = form & 4,
		.no_sections = form & 8,
		.anywhere = form & 1,
		.symbol = true,
		.version = "go1.26.8",
		.modules = "path\tx\ndep\tgo.uber.org/automaxprocs\tv1.6.0\th1:x\n"
			   "build\tDefaultGODEBUG=containermaxprocs=0\n",
	};
	static struct fixture_image image;
	char name[32];
	int fd;

	fixture_elf_make(&image, &want);
	snprintf(name, sizeof name, "form-%d", form);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, image.bytes, image.n) != (ssize_t)image.n)
		return 1;
	return close(fd) != 0;
}

int main(int argc, char **argv)
{
	int dir = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;

	if (dir < 0) {
		fprintf(stderr, "usage: elf_seeds DIRECTORY\n");
		return 2;
	}
	for (int form = 0; form < FORMS; form++)
		if (write_form(dir, form) != 0) {
			perror(argv[1]);
			return 1;
		}
	return 0;
}
