// spec.c - from a spec to a request, through the setters of the options.
//
// The keys are first looked at in the file's order, whether each is known, there
// once, and of the right form; then taken in the order of the table below, which
// puts the workloads before their parameters.
#include "spec.h"

#include "nearest.h"
#include "params.h"
#include "plugin.h"
#include "spec_text.h"
#include "subject.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum form { ONE, LIST, WORDS, FLAG, MAP };

struct key {
	const char *name;
	enum form form;
	int (*take)(struct request *r, const char *text);
};

// In the order in which they are taken.
static const struct key keys[] = {
	{"workloads", LIST, request_workloads},
	{"procs", LIST, request_procs},
	{"m-cap", LIST, request_m_cap},
	{"plugin", LIST, request_plugin},
	{"quota", LIST, request_quota},
	{"policy", LIST, request_policy},
	{"subject", LIST, request_subject},
	{"param", MAP, request_param},
	{"rate", LIST, request_rate},
	{"size", ONE, request_size},
	{"duration", ONE, request_duration},
	{"timeout", ONE, request_timeout},
	{"reps", ONE, request_reps},
	{"budget", ONE, request_budget},
	{"find-max", ONE, request_find_max},
	{"slo", ONE, request_slo},
	{"until", ONE, request_until},
	{"foreign-limit", ONE, request_foreign_limit},
	{"seed", ONE, request_seed},
	{"max-threads", ONE, request_max_threads},
	{"stack-guard", ONE, request_stack_guard},
	{"work-rate", ONE, request_work_rate},
	{"counters", LIST, request_counters},
	{"pin", LIST, request_pin},
	{"pin-ps", FLAG, request_pin_ps},
	{"output", ONE, request_out},
	{"command", WORDS, request_command},
	{"env", MAP, request_env},
	{"metric", LIST, request_metric},
	{"better", ONE, request_better},
	{"load", WORDS, request_load_word},
	{"ready", ONE, request_ready},
	{"schedtrace", ONE, request_schedtrace},
	{"schedtrace-reps", ONE, request_schedtrace_reps},
	{"threads-every", ONE, request_threads_every},
};

enum { SPEC_KEYS = sizeof keys / sizeof *keys };

// A document being read.
struct reader {
	const char *name;
	yaml_document_t document;
	struct request *request;
	yaml_node_t *value[SPEC_KEYS]; // NULL: not given
	yaml_mark_t where[SPEC_KEYS];  // of the key
};

#define complain_of(rd, node, ...) \
	(complain_at(spec_text_place((rd)->name, (node)->start_mark)), \
	 complain(__VA_ARGS__), complain_nowhere(), -EINVAL)

static const char *text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static yaml_node_t *node_of(struct reader *rd, int i)
{
	return yaml_document_get_node(&rd->document, i);
}

//---------------------------------------------------------------------------
// Values
//---------------------------------------------------------------------------

// check_scalar refuses what would be read as something else than is written.
static int check_scalar(const struct reader *rd, const yaml_node_t *node,
                        const char *key)
{
	const char *text = text_of(node);
	bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	if (strlen(text) != node->data.scalar.length)
		return complain_of(rd, node, "%s has a NUL in its value", key);
	if (plain &&
	    (!*text || strcmp(text, "~") == 0 || strcasecmp(text, "null") == 0))
		return complain_of(
			rd, node,
			"%s has no value: give one, or leave the key out", key);
	if (plain && *text == '0' && isdigit((unsigned char)text[1]))
		return complain_of(rd, node,
		                   "%s: '%s' may mean an octal number: write it "
		                   "without the leading 0",
		                   key, text);
	return 0;
}

// take hands a scalar to the setter, which complains with its place.
static int take(struct reader *rd, const struct key *key,
                const yaml_node_t *node, const char *text)
{
	struct request *r = rd->request;
	int err;

	r->reading = spec_text_place(rd->name, node->start_mark);
	complain_at(r->reading);
	err = key->take(r, text);
	complain_nowhere();
	r->reading = (struct place){.line = 0};
	return err;
}

static int take_one(struct reader *rd, const struct key *key, yaml_node_t *node)
{
	int err;

	if (node->type != YAML_SCALAR_NODE)
		return complain_of(
			rd, node, "%s takes one value, not a %s", key->name,
			node->type == YAML_MAPPING_NODE ? "mapping" : "list");
	err = check_scalar(rd, node, key->name);
	return err ? err : take(rd, key, node, text_of(node));
}

static int take_list(struct reader *rd, const struct key *key, yaml_node_t *node)
{
	int err = 0;

	if (node->type == YAML_SCALAR_NODE)
		return take_one(rd, key, node);
	if (node->type == YAML_MAPPING_NODE)
		return complain_of(
			rd, node,
			"%s takes a value or a list of values, not a mapping",
			key->name);
	if (node->data.sequence.items.start == node->data.sequence.items.top)
		return complain_of(
			rd, node,
			"%s is an empty list: name a value, or leave the key out",
			key->name);
	for (yaml_node_item_t *i = node->data.sequence.items.start;
	     !err && i < node->data.sequence.items.top; i++)
		err = take_one(rd, key, node_of(rd, *i));
	return err;
}

// take_words takes a command, which is never one text to be split by a shell.
static int take_words(struct reader *rd, const struct key *key, yaml_node_t *node)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return complain_of(
			rd, node,
			"%s takes a list of words, such as [./prog, -n, \"3\"]",
			key->name);
	return take_list(rd, key, node);
}

static int take_flag(struct reader *rd, const struct key *key, yaml_node_t *node)
{
	bool scalar = node->type == YAML_SCALAR_NODE;

	if (scalar && strcmp(text_of(node), "true") == 0)
		return take(rd, key, node, NULL);
	if (scalar && strcmp(text_of(node), "false") == 0)
		return 0;
	return complain_of(rd, node, "%s takes true or false%s%s%s", key->name,
	                   scalar ? "; not '" : "", scalar ? text_of(node) : "",
	                   scalar ? "'" : "");
}

// check_param looks whether a workload takes the parameter and its value.
static int check_param(struct reader *rd, const yaml_node_t *node,
                       const char *given)
{
	int err;

	complain_at(spec_text_place(rd->name, node->start_mark));
	err = params_check(&rd->request->workloads, given);
	complain_nowhere();
	return err;
}

// take_text hands "name=text" to the setter.
static int take_text(struct reader *rd, const struct key *key,
                     const yaml_node_t *name, const char *value)
{
	char *text;
	int err;

	if (asprintf(&text, "%s=%s", text_of(name), value) < 0)
		return -ENOMEM;
	err = take(rd, key, name, text);
	if (!err && key->take == request_param)
		err = check_param(rd, name, text);
	free(text);
	return err;
}

// put_value appends a value to others, as an option has them: with a comma.
static int put_value(struct reader *rd, const yaml_node_t *node,
                     const char *key, FILE *f)
{
	int err;

	if (node->type != YAML_SCALAR_NODE)
		return complain_of(rd, node,
		                   "%s takes a value or a list of values", key);
	err = check_scalar(rd, node, key);
	if (!err)
		fprintf(f, "%s%s", ftell(f) ? "," : "", text_of(node));
	return err;
}

// take_values takes a parameter's list of values, which is an axis.
static int take_values(struct reader *rd, const struct key *key,
                       const yaml_node_t *name, const yaml_node_t *list)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int err = f ? 0 : -ENOMEM;

	if (!err &&
	    list->data.sequence.items.start == list->data.sequence.items.top)
		err = complain_of(rd, list, "%s is an empty list: name a value",
		                  text_of(name));
	for (yaml_node_item_t *i = list->data.sequence.items.start;
	     !err && i < list->data.sequence.items.top; i++)
		err = put_value(rd, node_of(rd, *i), text_of(name), f);
	if (f && fclose(f) != 0 && !err)
		err = -ENOMEM;
	if (!err)
		err = take_text(rd, key, name, text);
	free(text);
	return err;
}

static int take_pair(struct reader *rd, const struct key *key,
                     const yaml_node_pair_t *pair)
{
	yaml_node_t *name = node_of(rd, pair->key);
	yaml_node_t *value = node_of(rd, pair->value);
	int err;

	if (name->type != YAML_SCALAR_NODE || !*text_of(name))
		return complain_of(rd, name, "%s takes name: value", key->name);
	if (value->type == YAML_SEQUENCE_NODE && key->take == request_param)
		return take_values(rd, key, name, value);
	if (value->type != YAML_SCALAR_NODE)
		return complain_of(rd, value, "%s of %s takes one value",
		                   text_of(name), key->name);
	err = check_scalar(rd, value, text_of(name));
	return err ? err : take_text(rd, key, name, text_of(value));
}

static bool same_name(struct reader *rd, int i, int j)
{
	yaml_node_t *a = node_of(rd, i), *b = node_of(rd, j);

	return a->type == YAML_SCALAR_NODE && b->type == YAML_SCALAR_NODE &&
	       strcmp(text_of(a), text_of(b)) == 0;
}

static int take_map(struct reader *rd, const struct key *key, yaml_node_t *node)
{
	yaml_node_pair_t *first, *pair, *before;
	int err = 0;

	if (node->type != YAML_MAPPING_NODE)
		return complain_of(rd, node,
		                   "%s takes a mapping, one name: value a line",
		                   key->name);
	first = node->data.mapping.pairs.start;
	for (pair = first; !err && pair < node->data.mapping.pairs.top; pair++) {
		for (before = first; before < pair; before++)
			if (same_name(rd, before->key, pair->key))
				return complain_of(
					rd, node_of(rd, pair->key),
					"%s is given twice: remove one",
					text_of(node_of(rd, pair->key)));
		err = take_pair(rd, key, pair);
	}
	return err;
}

//---------------------------------------------------------------------------
// Keys
//---------------------------------------------------------------------------

static int refuse_key(struct reader *rd, const yaml_node_t *node)
{
	const char *names[SPEC_KEYS];
	char hint[256];

	for (int i = 0; i < SPEC_KEYS; i++)
		names[i] = keys[i].name;
	return complain_of(rd, node, "unknown key '%.64s': %s", text_of(node),
	                   nearest_hint(text_of(node), names, SPEC_KEYS, hint,
	                                sizeof hint));
}

// find_key notes where one of the mapping's keys and its value are.
static int find_key(struct reader *rd, const yaml_node_pair_t *pair)
{
	yaml_node_t *node = node_of(rd, pair->key);
	int i = 0;

	if (node->type != YAML_SCALAR_NODE)
		return complain_of(rd, node,
		                   "a key is a word, such as workloads");
	while (i < SPEC_KEYS && strcmp(text_of(node), keys[i].name) != 0)
		i++;
	if (i == SPEC_KEYS)
		return refuse_key(rd, node);
	if (rd->value[i])
		return complain_of(
			rd, node,
			"%s is given twice, first on line %d: remove one",
			keys[i].name, (int)rd->where[i].line + 1);
	rd->value[i] = node_of(rd, pair->value);
	rd->where[i] = node->start_mark;
	return 0;
}

static int take_key(struct reader *rd, int i)
{
	static int (*const takes[])(struct reader *, const struct key *,
	                            yaml_node_t *) = {
		[ONE] = take_one,   [LIST] = take_list, [WORDS] = take_words,
		[FLAG] = take_flag, [MAP] = take_map,
	};

	return rd->value[i] ? takes[keys[i].form](rd, &keys[i], rd->value[i]) : 0;
}

static int read_root(struct reader *rd)
{
	yaml_node_t *root = yaml_document_get_root_node(&rd->document);
	struct place start = {rd->name, 1, 1};
	yaml_node_pair_t *pair;
	int err = 0;

	if (!root) {
		complain_at(start);
		complain("the spec is empty: it needs workloads: [fib, block], for example");
		complain_nowhere();
		return -EINVAL;
	}
	if (root->type != YAML_MAPPING_NODE)
		return complain_of(
			rd, root,
			"a spec is a mapping, such as workloads: [fib, block]");
	pair = root->data.mapping.pairs.start;
	for (; !err && pair < root->data.mapping.pairs.top; pair++)
		err = find_key(rd, pair);
	for (int i = 0; !err && i < SPEC_KEYS; i++)
		err = take_key(rd, i);
	return err;
}

static int read_document(const char *name, const char *text, size_t len,
                         struct request *r)
{
	struct reader rd = {.name = name, .request = r};
	yaml_parser_t parser;
	int err = -ENOMEM;

	if (!yaml_parser_initialize(&parser))
		return err;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (yaml_parser_load(&parser, &rd.document)) {
		err = read_root(&rd);
		yaml_document_delete(&rd.document);
	}
	yaml_parser_delete(&parser);
	return err;
}

int spec_parse(const char *name, const char *text, size_t len, struct request *r)
{
	int err = spec_text_check(name, text, len);

	if (!err)
		err = read_document(name, text, len, r);
	if (err == -ENOMEM)
		complain("no memory for the spec %s", name);
	return err;
}

int spec_read(const char *path, struct request *r)
{
	char *text;
	size_t len;
	int err = spec_text_load(path, &text, &len);

	if (err)
		return err;
	err = spec_parse(strcmp(path, "-") == 0 ? "standard input" : path, text,
	                 len, r);
	free(text);
	return err;
}
