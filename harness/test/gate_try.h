// gate_try.h - gates that are tried out: a private directory, files in it, a
// subject that does what a plan says, and what the last gate said.
#ifndef HARNESS_TEST_GATE_TRY_H
#define HARNESS_TEST_GATE_TRY_H

#include "command.h"

enum { GATE_TRY_PATH = 8192 };

// gate_try_begin and gate_try_end go around the tests of a program: they make the
// directory, and remove it.
int gate_try_begin(void **state);
int gate_try_end(void **state);

// gate_try_file returns the path of a file in the directory, or, of "", that of
// the directory; always the same one, which stays.
const char *gate_try_file(const char *name);

void gate_try_write(const char *name, const char *text);
void gate_try_program(const char *name, const char *text); // may be executed

// gate_try_read returns a file, to be freed.
char *gate_try_read(const char *name);

// gate_try_planned makes the program "subject": its nth run, from 1 on, reads the
// file "plan", shell with that number in $n. gate_try_again lets it count from the
// beginning; gate_try_runs returns how many there have been.
void gate_try_planned(void);
void gate_try_again(void);
int gate_try_runs(void);

// gate_try runs a command to its end and returns its exit code, -1 after a signal;
// what it said is in gate_said. gate_try_check runs dyno gate --check on
// verdict.json in the directory, with the option, if it is not NULL.
extern struct command_result gate_said;
int gate_try(const char *const *argv);
int gate_try_check(const char *option);

// gate_try_has fails the test unless a text has another in it.
void gate_try_has(const char *text, const char *what);

#endif
