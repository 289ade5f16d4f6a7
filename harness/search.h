// search.h - the highest value of a parameter that keeps a promise, by trials
// that are noisy.
//
// Pure: it says which value to try next and is told how that went. The same
// answers lead to the same questions, so a search is resumed by telling it again.
#ifndef HARNESS_SEARCH_H
#define HARNESS_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

// A value is confirmed when SEARCH_PASSES of SEARCH_FRESH trials of its own keep
// the promise. The step between values is a twentieth, and at least 1.
enum { SEARCH_FRESH = 5, SEARCH_PASSES = 4, SEARCH_TRIALS_MAX = 120 };

enum search_end {
	SEARCH_GOES_ON,
	SEARCH_FOUND,  // low is confirmed, and high, the next step, has failed
	SEARCH_NEVER,  // even the least value fails
	SEARCH_ALWAYS, // the largest value that there can be is confirmed
	SEARCH_UNSURE, // out of trials; low to high is what is known
};

struct search {
	int64_t least, most; // what there can be
	int64_t low;         // highest that has passed; 0: none has
	int64_t high;        // lowest that has failed; 0: none has
	int64_t at;          // to be tried next
	bool confirming;     // at is on its SEARCH_FRESH trials
	bool low_confirmed;
	int fresh, passed; // of these
	int trials;        // in all
	enum search_end end;
};

// search_begin starts at a value within least..most, least from 1 on.
void search_begin(struct search *s, int64_t start, int64_t least, int64_t most);

// search_note tells how a trial at s->at went. Only while s->end is
// SEARCH_GOES_ON.
void search_note(struct search *s, bool passed);

const char *search_end_name(enum search_end end); // "found", "never", ...

#endif
