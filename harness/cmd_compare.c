// cmd_compare.c - dyno compare A B: what differs between two sets of results.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"

#include <errno.h>
#include <results/compare.h>
#include <results/samples.h>
#include <stdio.h>

static const struct option_def options[] = {
	{"alpha", 0, "P",
         "How often a row without a difference may seem to have one: above 0, "
         "at most 0.5. Default: 0.05.",
         request_alpha},
	{"ignore", 0, "NAME,...",
         "Forget these parts of the rows' names, so that rows meet that differ "
         "in nothing else: a parameter, workload, policy, mcap, procs (the -2 at "
         "the end), or a key of Go benchmark text such as pkg or commit.",
         request_ignore},
	{"mix-hosts", 0, NULL,
         "Compare what was measured on different machines, too.",
         request_mix_hosts},
	{"without-disturbed", 0, NULL,
         "Leave out the trials during which others used more of the CPUs than "
         "--foreign-limit of dyno sweep. They are counted in any case.",
         request_without_disturbed},
	{"json", 0, NULL, "Print one JSON object instead of tables.",
         request_json},
	{"csv", 0, NULL, "Print CSV with a line of names instead of tables.",
         request_csv},
	{"markdown", 0, NULL, "Print Markdown tables.", request_markdown},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

static int usage_or_internal(int err)
{
	return err == -ENOMEM || err == -EIO ? EXIT_INTERNAL : EXIT_USAGE;
}

// load reads one side. 0, or an exit code after a message.
static int load(const struct request *r, const char *path, struct samples *s)
{
	char err[512];
	int failed = samples_read(s, path, err, sizeof err);

	if (failed) {
		complain("%s", err);
		return usage_or_internal(failed);
	}
	if (s->malformed)
		complain("%s: %zu lines begin as results and are none, the "
		         "first is line %zu; they are passed over",
		         path, s->malformed, s->first_bad);
	for (size_t i = 0; !failed && i < r->ignore.n; i++)
		failed = samples_drop(s, r->ignore.v[i]);
	if (failed)
		complain("%s: out of memory", path);
	else if (r->without_disturbed)
		samples_leave_out(s);
	return failed ? EXIT_INTERNAL : 0;
}

static int print(const struct request *r, const struct comparison *c)
{
	int err;

	if (r->json)
		err = compare_json(c, stdout);
	else if (r->csv)
		err = compare_csv(c, stdout);
	else if (r->markdown)
		err = compare_markdown(c, stdout);
	else
		err = compare_print(c, stdout);
	if (err == -ENOMEM)
		complain("out of memory");
	return err ? EXIT_INTERNAL : EXIT_DONE;
}

static int compare_sides(const struct request *r, const struct samples *a,
                         const struct samples *b)
{
	const struct compare_options o = {
		.label_a = r->words.v[0],
		.label_b = r->words.v[1],
		.alpha = r->alpha,
		.mix_hosts = r->mix_hosts,
	};
	struct comparison c;
	char err[1024];
	int failed = compare_samples(a, b, &o, &c, err, sizeof err);

	if (failed) {
		complain("%s", err);
		return usage_or_internal(failed);
	}
	failed = print(r, &c);
	compare_free(&c);
	return failed;
}

static int compare(struct request *r)
{
	struct samples a = {0}, b = {0};
	int status;

	if (r->words.n != 2) {
		complain("name two results: directories of dyno sweep, JSON of dyno, or "
		         "Go benchmark text");
		return EXIT_USAGE;
	}
	if (r->json + r->csv + r->markdown > 1) {
		complain("one of --json, --csv and --markdown will do");
		return EXIT_USAGE;
	}
	status = load(r, r->words.v[0], &a);
	if (!status)
		status = load(r, r->words.v[1], &b);
	if (!status)
		status = compare_sides(r, &a, &b);
	samples_free(&a);
	samples_free(&b);
	return status;
}

static const struct command command = {
	.name = "dyno compare",
	.summary = "two sets of results side by side",
	.synopsis = "A B [OPTION]...",
	.description =
		"A and B are each the directory of a sweep, JSON (trials as "
		"dyno run --json prints them, one behind the other, or what "
		"dyno report --format json prints) or Go benchmark text. Rows "
		"with the same name, unit and configuration are compared: "
		"medians with their 95 % interval, the change, and p of the "
		"test of Mann and Whitney, as benchstat does. Where p is not below alpha the "
		"change is \"~\", and the note says which change would have been "
		"seen: not seen is not equal. Where there are too few values for "
		"any p to be below alpha, the note says how many are needed. Only "
		"metrics of trials that are better on one side are shown.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno compare before after\n"
		    "       dyno compare go1.27 near --ignore policy\n"
		    "       go test -bench . -count 10 >new.txt; dyno compare "
		    "old.txt new.txt --markdown\n",
	.run = compare,
};

int cmd_compare(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
