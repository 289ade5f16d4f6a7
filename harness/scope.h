// scope.h - control groups for who may make none: dyno begins again in a group that
// systemd hands on to it.
#ifndef HARNESS_SCOPE_H
#define HARNESS_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

// scope_remember keeps the command line, and learns whether this dyno has been begun
// by scope_begin. Once, before anything else.
void scope_remember(char **argv);

// scope_inside says whether this dyno has a group of its own from systemd.
bool scope_inside(void);

// scope_forbid says why this command line cannot be begun again.
void scope_forbid(const char *why);

// scope_begin executes this dyno again, below systemd-run. It only returns where that
// cannot be done, and why has the reason. Nothing may have been done yet that the
// next dyno would find.
void scope_begin(char *why, size_t whylen);

#endif
