// program.h - any program as what is measured.
#ifndef HARNESS_PROGRAM_H
#define HARNESS_PROGRAM_H

#include "outcome.h"
#include "plan.h"

// program_path finds a program as a shell would: in PATH unless its name has a
// slash. To be freed; NULL after a message.
char *program_path(const char *name);

// program_search looks for a name without a slash in PATH, and says nothing: to be
// freed; NULL when it is in none of its directories.
char *program_search(const char *name);

// program_text joins a command line for people, words in quotes where they need
// them. To be freed; NULL without memory.
char *program_text(const struct words *command);

// program_environment lists what is set and unset for a point: GOMAXPROCS, or
// its absence, and what the plan says. 0 or -ENOMEM.
int program_environment(const struct plan *plan, const struct point *point,
                        struct words *env);

// program_outcome judges a process that ended, and makes its document. The
// numbers are what measured printed: the process itself, or what loaded it, or
// NULL when the process ended before that could end. The document is complete
// but for what trial_run adds to all.
void program_outcome(const struct plan *plan, const struct point *point,
                     int64_t seed, const struct trial_process *p,
                     const struct trial_process *measured, struct outcome *out);

#endif
