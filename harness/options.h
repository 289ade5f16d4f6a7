// options.h - a command's options as one table: parsed by it, explained by it.
#ifndef HARNESS_OPTIONS_H
#define HARNESS_OPTIONS_H

#include "request.h"

// One option. A table of them ends with a NULL name.
struct option_def {
	const char *name; // long form, without the dashes
	char letter;      // short form, or 0
	const char *arg;  // what follows, as the help calls it; NULL: nothing
	const char *help; // a paragraph: what it does, unit, default
	int (*take)(struct request *r, const char *arg); // NULL: --help
};

// A command. Texts are paragraphs; options_help breaks the lines.
struct command {
	const char *name;     // "dyno sweep"
	const char *summary;  // one line, no full stop
	const char *synopsis; // what follows the name
	const char *description;
	const struct option_def *options;
	const char *examples; // whole lines
	const char *notes;    // further sections, whole lines; or NULL
	bool takes_program;   // what follows "--" is a program and its words
	// begin, if any, sees the words before any option is taken. 0, or a
	// negative number after a message.
	int (*begin)(struct request *r);
	int (*run)(struct request *r); // returns an exit code
};

enum { OPTIONS_HELP = 1 };

// options_parse reads argv into r: words that are no options into r->words, and
// what follows "--" into r->program if the command takes one. Options may stand
// anywhere before "--". 0; OPTIONS_HELP when help was asked for and printed;
// -EINVAL after a message.
int options_parse(const struct command *c, struct request *r, int argc,
                  char **argv);

// options_run is the whole life of a command: parsed, run, cleaned up. Returns
// its exit code.
int options_run(const struct command *c, int argc, char **argv);

// options_help prints the command's manual page on standard output.
void options_help(const struct command *c);

#endif
