// surroundings.h - what a trial inherits from whoever starts dyno: environment
// variables and a directory.
#ifndef HARNESS_SURROUNDINGS_H
#define HARNESS_SURROUNDINGS_H

#include <jansson.h>
#include <stdbool.h>

// surroundings_put adds them to the facts that an experiment keeps: "variables", name
// to value, or to a trace of it; and "directory".
void surroundings_put(json_t *facts);

// surroundings_restore makes this process's own again what they were, as far as that
// was kept, and says on standard error what it changed and what is not the same.
// Trials of programs are run where they were run then: enter.
void surroundings_restore(const json_t *facts, bool enter);

#endif
