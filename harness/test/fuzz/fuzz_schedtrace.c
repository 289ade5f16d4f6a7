// fuzz_schedtrace.c - any bytes as a Go program's standard error.
#include "../../schedtrace.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct schedtrace s = {.line = NULL};
	size_t half = size / 2;

	schedtrace_feed(&s, (const char *)data, half);
	schedtrace_feed(&s, (const char *)data + half, size - half);
	json_decref(schedtrace_json(&s));
	schedtrace_free(&s);
	return 0;
}
