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
};

enum { OPTIONS_HELP = 1 };

// options_parse reads the options of argv, which may stand anywhere before a
// "--", into r; *rest is the index of the first other word, all of which have
// been moved to the end. 0; OPTIONS_HELP when help was asked for and printed;
// -EINVAL after a message.
int options_parse(const struct command *c, struct request *r, int argc,
                  char **argv, int *rest);

// options_help prints the command's manual page on standard output.
void options_help(const struct command *c);

#endif
