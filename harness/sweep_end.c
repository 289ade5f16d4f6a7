// sweep_end.c - what a finished sweep ends with: table, JSON summary, report.
#include "sweep_end.h"

#include "complain.h"
#include "exit_codes.h"

#include <jansson.h>
#include <math.h>
#include <results/json_out.h>
#include <results/report.h>
#include <results/summary.h>
#include <stdio.h>

enum { TABLES_MAX = 12 };

static json_t *point_json(const struct summary_point *p)
{
	return json_pack(
		"{s:s, s:s, s:i, s:o, s:o, s:s, s:o, s:o, s:o, s:b, s:I, s:I, "
		"s:I, s:b, s:o}",
		"workload", p->workload, "policy", p->policy, "procs", p->procs,
		"m_cap", p->m_cap ? json_integer(p->m_cap) : json_null(),
		"params", json_loads(p->params, 0, NULL), "unit",
		p->unit ? p->unit : "", "median", json_out_number(p->median),
		"low", json_out_number(p->n ? p->interval.low : NAN), "high",
		json_out_number(p->n ? p->interval.high : NAN), "range",
		p->interval.range, "n", (json_int_t)p->n, "trials",
		(json_int_t)p->n_trial, "disturbed", (json_int_t)p->n_disturbed,
		"disturbed_used", p->disturbed_used, "cv",
		json_out_number(p->cv));
}

static json_t *summary_json(const struct request *r, const struct tally_end *end,
                            const struct store *store, const struct summary *s,
                            const struct report *report)
{
	json_t *points = json_array(), *outcomes = json_object();

	for (size_t i = 0; i < s->n_point; i++)
		json_array_append_new(points, point_json(&s->point[i]));
	for (int i = 0; i < STORE_OUTCOMES; i++)
		json_object_set_new(outcomes,
		                    store_outcome_name((enum store_outcome)i),
		                    json_integer((json_int_t)s->outcome[i]));
	return json_pack("{s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:o, s:o}",
	                 "schema", 1, "directory", r->out, "report", report->path,
	                 "seed", (json_int_t)store_about(store)->seed, "trials",
	                 (json_int_t)s->n_trial, "disturbed",
	                 (json_int_t)end->disturbed, "blocks_again",
	                 (json_int_t)end->run_again, "precise", end->precise,
	                 "outcomes", outcomes, "points", points);
}

// shows_all says whether every metric has its table: those of a program were asked
// for, unless they are as many as a large set of benchmarks has.
static bool shows_all(const struct request *r, const struct summary *s)
{
	return !r->quiet && r->metrics.n && s->n_metric <= TABLES_MAX;
}

// print writes the summary in the form that was asked for. 0, or it could not be written.
static int print(const struct request *r, const struct tally_end *end,
                 const struct store *store, const struct summary *s,
                 const struct report *report)
{
	if (!r->json && shows_all(r, s))
		return summary_print_all(s, SUMMARY_TEXT, stdout);
	if (!r->json)
		return r->quiet ? 0 : summary_print(s, SUMMARY_TEXT, stdout);
	return json_out_print(summary_json(r, end, store, s, report), 12);
}

// tell_disturbed says how many trials had company, and what was done about it.
static void tell_disturbed(const struct request *r, const struct tally_end *end)
{
	char again[80] = "none was run again";

	if (end->run_again)
		snprintf(again, sizeof again, "%zu %s run again",
		         end->run_again, end->run_again == 1 ? "was" : "were");
	complain("in %zu trials others used more than %g %% of the CPUs; of %zu "
	         "blocks %s, and %zu could not be made up for%s",
	         end->disturbed, 100 * r->foreign_limit, end->blocks, again,
	         end->left_disturbed,
	         end->hopeless
	                 ? ": most were disturbed, which more of them would "
	                   "not change. Stop what else runs here, or raise "
	                   "--foreign-limit"
	                 : "");
}

// tell_metrics says where the metrics are that the table does not show.
static void tell_metrics(const struct request *r, const struct summary *s)
{
	if (s->n_metric && !shows_all(r, s))
		printf("%zu more metric%s, such as %s: dyno report %s --format "
		       "text\n",
		       s->n_metric, s->n_metric == 1 ? "" : "s",
		       s->metric[0].name, r->out);
}

static void tell_end(const struct request *r, const struct tally_end *end)
{
	if (end->disturbed && !r->quiet)
		tell_disturbed(r, end);
	if (r->until <= 0 || r->quiet)
		return;
	complain("%s within %g %% of its median after %zu trials of each point",
	         end->precise ? "every interval is" : "not every interval is",
	         100 * r->until, end->blocks);
}

// judge says how the trials went as a whole.
static int judge(const struct summary *s)
{
	size_t unsupported = s->outcome[STORE_UNSUPPORTED];
	size_t failed = s->n_trial - s->outcome[STORE_OK] - unsupported;

	if (failed)
		complain("%zu of %zu trials failed; they are listed in the report",
		         failed, s->n_trial);
	else if (unsupported == s->n_trial)
		complain("this machine can run none of these trials");
	return failed || unsupported == s->n_trial ? EXIT_SUBJECT : EXIT_DONE;
}

int sweep_end(const struct request *r, const struct tally_end *end,
              struct store *store)
{
	struct report report;
	struct summary summary;
	char why[512];
	int err = report_write(r->out, &report, why, sizeof why), code;

	if (err) {
		complain("the trials are stored, but their report could not be written: %s",
		         why);
		return EXIT_INTERNAL;
	}
	if (report.undrawn)
		complain("%zu figures are not drawn: %s", report.undrawn,
		         report.why);
	if (summary_load(store, &summary, why, sizeof why) != 0) {
		complain("%s", why);
		return EXIT_INTERNAL;
	}
	err = print(r, end, store, &summary, &report);
	if (!r->json && !r->quiet) {
		tell_metrics(r, &summary);
		printf("\n%s\n", report.path);
	}
	tell_end(r, end);
	code = err ? EXIT_INTERNAL : judge(&summary);
	summary_free(&summary);
	return code;
}
