// git.h - git, as far as a gate needs it: run without a shell.
#ifndef HARNESS_GATE_GIT_H
#define HARNESS_GATE_GIT_H

#include <stddef.h>

// The variables by which git tells its hooks where they are: whoever is run in
// another tree must not see them. Ends with NULL.
extern const char *const git_variables[];

// git_run runs git with these words, which end with a NULL, in its own process
// group, so that a terminal's Ctrl-C does not stop it half-way. out, if not
// NULL, gets what it prints, without the last newline. 0; -EINVAL when git
// failed, its last line of complaint in why; or -errno.
int git_run(const char *const *words, char *out, size_t outlen, char *why,
            size_t whylen);

#endif
