// word.h - the shared words that public structs are made of.
//
// They are structs so that a plain read or write of a word that two threads
// share does not compile; port/atomic.h has the operations, named by ordering.
#ifndef DYNO_WORD_H
#define DYNO_WORD_H

#include <stdint.h>

struct dy_w32 {
	uint32_t raw_;
};

struct dy_w64 {
	uint64_t raw_;
};

struct dy_wptr {
	void *raw_;
};

#endif
