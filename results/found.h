// found.h - what the searches of a store found, for a report: the highest value of a
// parameter that keeps a promise, as a table and against GOMAXPROCS.
#ifndef RESULTS_FOUND_H
#define RESULTS_FOUND_H

#include "arena.h"
#include "summary.h"

#include <stdio.h>

// What one search found. The strings belong to the list.
struct found {
	const struct summary_point *point; // of the summary
	const char *params;  // canonical JSON object, without what was sought
	const char *setting; // the same for a person; "": none
	const char *sought, *unit, *promise, *end;
	int64_t highest, fails_at; // 0: none
	int64_t trials;
};

// All that differ in GOMAXPROCS alone stand together, by rising GOMAXPROCS.
struct found_list {
	struct found *v;
	size_t n;
	struct arena arena;
};

enum { FOUND_STEM = 32 };

// found_load reads a store, whose summary s must stay. 0, or -errno with one line
// in err.
int found_load(struct store *store, const struct summary *s,
               struct found_list *out, char *err, size_t errlen);
void found_free(struct found_list *list);

// found_group returns how many from first belong to one workload with the same
// parameters and subject.
size_t found_group(const struct found_list *list, size_t first);

// found_table writes the table of a group as HTML, under a heading.
void found_table(FILE *out, const struct found_list *list, size_t first,
                 size_t n);

// found_stem names the files of a group's figure; "" where there is none, because
// GOMAXPROCS was not varied. Returns stem.
char *found_stem(const struct found_list *list, size_t first, size_t n,
                 char stem[FOUND_STEM]);

// found_draw draws it into dir. Results are those of plot_write.
int found_draw(const struct found_list *list, size_t first, size_t n,
               const char *dir, char *err, size_t errlen);

#endif
