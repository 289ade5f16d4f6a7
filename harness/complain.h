// complain.h - one-line messages on standard error.
#ifndef HARNESS_COMPLAIN_H
#define HARNESS_COMPLAIN_H

// complain_as sets who speaks: "dyno sweep". name must stay valid.
void complain_as(const char *name);

// A place in a file, both counted from 1; line 0: no place.
struct place {
	const char *file;
	int line, column;
};

// complain_at makes messages begin with a place, "FILE:LINE:COLUMN: ", instead
// of who speaks, as compilers do and editors understand. A place without a line
// changes nothing; complain_nowhere ends it.
void complain_at(struct place at);
void complain_nowhere(void);

// complain writes "NAME: message" and a newline to standard error. Control
// characters in the message are shown as '?': some of it comes from outside.
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
