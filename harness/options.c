// options.c - a command's options as one table, read with getopt_long.
//
// getopt's own messages do not say what would have been right, so they are
// switched off and its "?" and ":" are explained here.
//
// The command line is read three times: first the words that are no options and
// the plugins, then the options, so that these win over what a word brings with it
// (a spec).
#include "options.h"

#include "complain.h"
#include "exit_codes.h"
#include "nearest.h"
#include "plugin.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 64, LONG_BASE = 256, WIDTH = 78, INDENT = 7, DEEPER = 14 };

// The tables that getopt_long wants, made from ours.
struct getopt_tables {
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 * OPTIONS_MAX + 4];
};

static void make_tables(const struct option_def *defs, struct getopt_tables *t)
{
	size_t n = 0;

	// "-": words are handed over where they stand; ":": no messages.
	*t = (struct getopt_tables){.shorts = "-:"};
	for (int i = 0; defs[i].name && i < OPTIONS_MAX; i++) {
		t->longs[i] = (struct option){
			.name = defs[i].name,
			.has_arg = defs[i].arg ? required_argument : no_argument,
			.val = LONG_BASE + i,
		};
		if (!defs[i].letter)
			continue;
		n = strlen(t->shorts);
		t->shorts[n] = defs[i].letter;
		if (defs[i].arg)
			t->shorts[n + 1] = ':';
	}
}

// find turns what getopt_long returned into an entry of the table.
static const struct option_def *find(const struct option_def *defs, int opt)
{
	if (opt >= LONG_BASE)
		return &defs[opt - LONG_BASE];
	while (defs->name && defs->letter != opt)
		defs++;
	return defs->name ? defs : NULL;
}

static int refuse_long(const struct option_def *defs, const char *given)
{
	char word[NEAREST_WORD_MAX + 1] = "", hint[256];
	const char *names[OPTIONS_MAX];
	size_t len = strcspn(given, "="), n = 0;

	memcpy(word, given, len < NEAREST_WORD_MAX ? len : NEAREST_WORD_MAX);
	for (; defs->name && n < OPTIONS_MAX; defs++)
		names[n++] = defs->name;
	complain("unknown or ambiguous option '--%s': %s (see --help)", word,
	         nearest_hint(word, names, n, hint, sizeof hint));
	return -EINVAL;
}

// explain says what was wrong where getopt_long returned '?' or ':'.
static int explain(const struct option_def *defs, int opt, char **argv)
{
	const struct option_def *d = optopt ? find(defs, optopt) : NULL;

	if (d && opt == ':')
		complain("option --%s takes an argument: %s", d->name, d->arg);
	else if (d)
		complain("option --%s takes no argument", d->name);
	else if (optopt)
		complain("unknown option '-%c' (see --help)", optopt);
	else
		return refuse_long(defs, argv[optind - 1] + 2);
	return -EINVAL;
}

// A word as getopt_long hands it over in this mode.
enum { WORD = 1 };

// read_words is the first reading: words, and mistakes in the options' form.
static int read_words(const struct command *c, const struct getopt_tables *t,
                      struct request *r, int argc, char **argv)
{
	int opt, err = 0;

	opterr = 0;
	optind = 0;
	while (!err &&
	       (opt = getopt_long(argc, argv, t->shorts, t->longs, NULL)) != -1)
		if (opt == '?' || opt == ':')
			err = explain(c->options, opt, argv);
		else if (opt == WORD)
			err = words_add(&r->words, optarg, strlen(optarg));
		else if (!find(c->options, opt)->take)
			return OPTIONS_HELP;
	for (; !err && optind < argc; optind++)
		err = words_add(c->takes_program ? &r->program : &r->words,
		                argv[optind], strlen(argv[optind]));
	return err;
}

// Options that bring what others name, in a spec too.
static bool is_early(const struct option_def *d)
{
	return d->take == request_plugin || d->take == request_tried_plugin;
}

static int read_options(const struct command *c, const struct getopt_tables *t,
                        struct request *r, int argc, char **argv, bool early)
{
	int opt, err = 0;

	optind = 0;
	while (!err &&
	       (opt = getopt_long(argc, argv, t->shorts, t->longs, NULL)) != -1)
		if (opt != WORD && is_early(find(c->options, opt)) == early)
			err = find(c->options, opt)->take(r, optarg);
	return err;
}

int options_parse(const struct command *c, struct request *r, int argc,
                  char **argv)
{
	struct getopt_tables t;
	int err;

	make_tables(c->options, &t);
	err = read_words(c, &t, r, argc, argv);
	if (err == OPTIONS_HELP)
		options_help(c);
	if (!err)
		err = read_options(c, &t, r, argc, argv, true);
	if (!err && c->begin)
		err = c->begin(r);
	return err ? err : read_options(c, &t, r, argc, argv, false);
}

int options_run(const struct command *c, int argc, char **argv)
{
	struct request r;
	int err, status = EXIT_USAGE;

	complain_as(c->name);
	request_init(&r);
	err = options_parse(c, &r, argc, argv);
	if (err == OPTIONS_HELP)
		status = EXIT_DONE;
	else if (!err)
		status = c->run(&r);
	request_free(&r);
	return status;
}

//---------------------------------------------------------------------------
// Help
//---------------------------------------------------------------------------

// paragraph prints text, breaking lines between words.
static void paragraph(const char *text, int indent)
{
	int column = 0;

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (column && column + 1 + len > WIDTH) {
			putchar('\n');
			column = 0;
		}
		if (column)
			column += printf(" %.*s", len, text);
		else
			column = printf("%*s%.*s", indent, "", len, text);
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void explain_option(const struct option_def *d)
{
	printf("%*s", INDENT, "");
	if (d->letter)
		printf("-%c%s%s, ", d->letter, d->arg ? " " : "",
		       d->arg ? d->arg : "");
	printf("--%s%s%s\n", d->name, d->arg ? "=" : "", d->arg ? d->arg : "");
	paragraph(d->help, DEEPER);
	putchar('\n');
}

void options_help(const struct command *c)
{
	printf("NAME\n%*s%s - %s\n\nSYNOPSIS\n%*s%s %s\n\nDESCRIPTION\n", INDENT,
	       "", c->name, c->summary, INDENT, "", c->name, c->synopsis);
	paragraph(c->description, INDENT);
	printf("\nOPTIONS\n");
	for (const struct option_def *d = c->options; d->name; d++)
		explain_option(d);
	if (c->notes)
		printf("%s\n", c->notes);
	printf("EXAMPLES\n%s", c->examples);
}
