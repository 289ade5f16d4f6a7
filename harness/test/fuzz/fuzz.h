// fuzz.h - what libFuzzer calls, and what the short form of it in the tests does.
#ifndef HARNESS_TEST_FUZZ_H
#define HARNESS_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

// LLVMFuzzerTestOneInput hands data to the reader under test. Always 0; a crash,
// a hang or a leak is what one looks for.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
