// find_max_end.c - what searches end with: a table or JSON, and the report.
#include "find_max_end.h"

#include "complain.h"
#include "exit_codes.h"

#include <errno.h>
#include <results/json_out.h>
#include <results/report.h>
#include <results/table.h>
#include <results/unit.h>
#include <stdio.h>

static const char *text_of(const json_t *o, const char *key, char *out, size_t n)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v))
		snprintf(out, n, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		unit_format(out, n, json_real_value(v), "s");
	else
		snprintf(out, n, "%s",
		         json_is_string(v) ? json_string_value(v) : "-");
	return out;
}

// place_of names the policy, and what other axes a point has: quota and pin.
static const char *place_of(const json_t *o, char *out, size_t size)
{
	const json_t *params = json_object_get(o, "params");
	const json_t *quota = json_object_get(params, PLAN_QUOTA);
	const char *pin = json_string_value(json_object_get(params, PLAN_PIN));
	char share[48] = "";

	if (quota)
		snprintf(share, sizeof share, ", quota %g",
		         (double)json_integer_value(quota) / 1000);
	snprintf(out, size, "%.150s%s%s%.40s",
	         json_string_value(json_object_get(o, "policy")), share,
	         pin ? ", pin " : "", pin ? pin : "");
	return out;
}

// print_table leaves out, of a program, how late a generator of ours was.
static int print_table(const struct request *r, const json_t *found)
{
	static const char *const keys[] = {"workload", "policy",  "procs",
	                                   "m_cap",    "highest", "fails_at",
	                                   "end",      "trials",  "late_p99_s"};
	const struct table_column columns[] = {
		{"workload", TABLE_LEFT},   {"policy", TABLE_LEFT},
		{"P", TABLE_RIGHT},         {"M cap", TABLE_RIGHT},
		{r->find_max, TABLE_RIGHT}, {"fails at", TABLE_RIGHT},
		{"end", TABLE_LEFT},        {"trials", TABLE_RIGHT},
		{"late p99", TABLE_RIGHT}};
	enum { COLUMNS = sizeof keys / sizeof *keys };
	struct table *t = table_new(columns, COLUMNS - (r->program.n > 0));
	char text[COLUMNS][256];
	const char *cell[COLUMNS];
	int err = t ? 0 : -ENOMEM;
	const json_t *o;
	size_t i;

	json_array_foreach(found, i, o)
	{
		for (size_t k = 0; k < COLUMNS; k++)
			cell[k] = text_of(o, keys[k], text[k], sizeof text[k]);
		cell[1] = place_of(o, text[1], sizeof text[1]);
		if (json_integer_value(json_object_get(o, "procs")) == 0)
			cell[2] = "default";
		err = err ? err : table_row(t, cell);
	}
	printf("the highest %s that keeps %s\n\n", r->find_max, r->slo_text);
	if (!err)
		err = table_print(t, stdout);
	table_free(t);
	return err;
}

static int print_json(const struct request *r, const struct store *store,
                      const json_t *found)
{
	json_t *doc = json_pack("{s:i, s:s, s:s, s:O}", "schema", 1, "find_max",
	                        r->find_max, "slo", r->slo_text, "points", found);

	if (doc && store)
		json_object_set_new(doc, "directory", json_string(r->out));
	return json_out_print(doc, 12);
}

static int write_report(const struct request *r, struct report *report)
{
	char why[512];

	if (report_write(r->out, report, why, sizeof why) == 0)
		return EXIT_DONE;
	complain("the trials are stored, but their report could not be written: %s",
	         why);
	return EXIT_INTERNAL;
}

int find_max_end(const struct plan *plan, const struct store *store,
                 const json_t *found)
{
	const struct request *r = plan->settings;
	struct report report;
	int code = store ? write_report(r, &report) : EXIT_DONE, err = 0;

	if (code)
		return code;
	if (r->json)
		err = print_json(r, store, found);
	else if (!r->quiet)
		err = print_table(r, found);
	if (!err && store && !r->json && !r->quiet)
		printf("\n%s\n", report.path);
	return err ? EXIT_INTERNAL : EXIT_DONE;
}
