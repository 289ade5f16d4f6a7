// dyno_runs.c - the real dyno with the words of a command line.
#include "dyno_runs.h"

#include <jansson.h>

void dyno_run(struct command_result *r, const char *const *words)
{
	const char *argv[DYNO_WORDS + 2] = {DYNO};

	for (int i = 0; i < DYNO_WORDS && words[i]; i++)
		argv[i + 1] = words[i];
	command_run(r, argv);
}

double dyno_metric(const struct command_result *r)
{
	json_t *doc = json_loads(r->out, 0, NULL);
	double value = json_number_value(json_object_get(
		json_array_get(json_object_get(doc, "metrics"), 0), "value"));

	json_decref(doc);
	return value;
}
