// complain.h - one-line messages on standard error.
#ifndef HARNESS_COMPLAIN_H
#define HARNESS_COMPLAIN_H

// complain_as sets who speaks: "dyno sweep". name must stay valid.
void complain_as(const char *name);

// complain writes "NAME: message" and a newline to standard error. Control
// characters in the message are shown as '?': some of it comes from outside.
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
