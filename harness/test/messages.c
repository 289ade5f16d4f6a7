// messages.c - what complain says, caught inside a test.
#include "messages.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static int kept = -1, caught = -1;

void messages_catch(void)
{
	fflush(stderr);
	kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	caught = memfd_create("messages", MFD_CLOEXEC);
	assert_true(kept >= 0 && caught >= 0);
	assert_true(dup2(caught, STDERR_FILENO) >= 0);
}

void messages_caught(char *text, size_t size)
{
	ssize_t n;

	fflush(stderr);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	n = pread(caught, text, size - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	close(kept);
	close(caught);
}
