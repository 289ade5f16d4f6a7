// subject.c - a program whose work is known exactly: what scripts/gate-power
// slows down.
//
// Usage: gate_subject MS EXTRA. Runs operations for about MS milliseconds and
// prints the time of one as Go benchmark text. An operation has EXTRA percent
// more steps than UNIT. Each step needs the one before, so that no processor does
// two at once, and the time goes with the steps. How many they are is said on
// standard error: as a row it would have no noise, and every gate would find it.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { UNIT = 50000, LONGEST = 60000, MOST = 1000 };

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t work(uint64_t x, long steps)
{
	for (long i = 0; i < steps; i++)
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
	return x;
}

// number reads one of 0 .. most, or returns -1.
static long number(const char *text, long most)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text && !*end && n >= 0 && n <= most ? n : -1;
}

int main(int argc, char **argv)
{
	long ms = argc == 3 ? number(argv[1], LONGEST) : -1;
	long extra = argc == 3 ? number(argv[2], MOST) : -1;
	volatile uint64_t kept = 1;
	uint64_t start, end;
	long operations = 0, steps;

	if (ms < 0 || extra < 0) {
		fprintf(stderr, "usage: gate_subject MS EXTRA\n");
		return 2;
	}
	steps = (long)UNIT * (100 + extra) / 100;
	start = end = now();
	do {
		kept = work(kept, steps);
		operations++;
		end = now();
	} while (end - start < (uint64_t)ms * 1000000);
	printf("BenchmarkWork-1 %ld %.1f ns/op\n", operations,
	       (double)(end - start) / (double)operations);
	fprintf(stderr, "%ld operations of %ld steps\n", operations, steps);
	return 0;
}
