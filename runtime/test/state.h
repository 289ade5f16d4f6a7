// state.h - keepers: loops in workload text, per architecture, that hold every
// register and give it back.
#ifndef TEST_STATE_H
#define TEST_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rand.h"

// Room for any image, and how it must be aligned.
enum { IMAGE_MAX = 9216, IMAGE_ALIGNMENT = 64 };

struct keeper {
	const char *name;                          // of the test
	bool (*supported)(void);                   // by this processor
	size_t size;                               // of its image
	void (*fill)(void *image, struct rand *r); // a zeroed one
	// Loads the registers from in, counts down, stores them to out.
	void (*keep)(const void *in, void *out, uint64_t loops);
};

extern const struct keeper keepers[];
extern const size_t nkeepers;

#endif
