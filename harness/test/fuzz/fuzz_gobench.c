// fuzz_gobench.c - any bytes as Go benchmark text; what is read is written again
// and must come back whole.
#include "fuzz.h"

#include <results/gobench.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// rewrite returns the samples as text; to be freed, NULL without memory.
static char *rewrite(const struct samples *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int err = f ? gobench_write(s, f) : -1;

	if (f && fclose(f) == 0 && !err)
		return text;
	free(text);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct samples first = {.n = 0}, second = {.n = 0};
	char *text = strndup((const char *)data, size), *again;

	if (text && gobench_read(&first, text) == 0 && (again = rewrite(&first))) {
		if (gobench_read(&second, again) == 0 &&
		    (second.values != first.values || second.malformed))
			abort();
		free(again);
	}
	samples_free(&first);
	samples_free(&second);
	free(text);
	return 0;
}
