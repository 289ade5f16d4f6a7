// fuzz_spec.c - any bytes as a spec: refused or read, never a crash.
#include "../../spec.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct request r;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	request_init(&r);
	spec_parse("spec", text, size, &r);
	request_free(&r);
	free(text);
	return 0;
}
