// command.h - running the real dyno from a test.
#ifndef HARNESS_TEST_COMMAND_H
#define HARNESS_TEST_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

enum { COMMAND_ARGS_MAX = 32, COMMAND_TEXT_MAX = 1 << 16 };

struct command_result {
	int status; // as wait(2) tells it
	char out[COMMAND_TEXT_MAX], err[COMMAND_TEXT_MAX];
};

// command_run runs argv, ended by NULL, to its end; its outputs are kept, cut
// where they are longer. A failure to start it fails the test.
void command_run(struct command_result *r, const char *const *argv);

// command_start starts it with its outputs thrown away.
pid_t command_start(const char *const *argv);

// command_exit is the exit status, or -1 when a signal ended it.
int command_exit(const struct command_result *r);

// command_directory makes a private directory and returns its path, valid until
// the next call; command_remove removes it with all that is in it.
const char *command_directory(void);
void command_remove(const char *dir);

// command_count returns what a query of one number gives on the store in dir,
// or -1 when there is none to ask.
long long command_count(const char *dir, const char *query);

#endif
