// explained.c - reads why Dyno differs from Go.
#include "explained.h"

#include "nearest.h"
#include "spec_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 10000 };

enum member { WORKLOAD, MEASURE, REASON, MEMBERS };

static const char *const members[MEMBERS] = {"workload", "measure", "reason"};

struct reader {
	const char *name;
	yaml_document_t document;
	struct explained *out;
};

#define complain_of(rd, node, ...) \
	(complain_at(spec_text_place((rd)->name, (node)->start_mark)), \
	 complain(__VA_ARGS__), complain_nowhere(), -EINVAL)

static yaml_node_t *node_of(struct reader *rd, int i)
{
	return yaml_document_get_node(&rd->document, i);
}

static const char *text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

// check_text demands one text that is not empty.
static int check_text(const struct reader *rd, const yaml_node_t *node,
                      const char *what)
{
	if (node->type == YAML_SCALAR_NODE && *text_of(node) &&
	    strlen(text_of(node)) == node->data.scalar.length)
		return 0;
	return complain_of(rd, node, "%s takes a text", what);
}

static int find_measure(const struct reader *rd, const yaml_node_t *node,
                        enum fidelity_measure *out)
{
	const char *names[FIDELITY_MEASURES];
	char hint[256];

	if (fidelity_measure_parse(text_of(node), out) == 0)
		return 0;
	for (int i = 0; i < FIDELITY_MEASURES; i++)
		names[i] = fidelity_measure_name((enum fidelity_measure)i);
	return complain_of(rd, node, "unknown measure '%.64s': %s", text_of(node),
	                   nearest_hint(text_of(node), names, FIDELITY_MEASURES,
	                                hint, sizeof hint));
}

// keep copies a text for as long as the reasons live; NULL without memory.
static const char *keep(struct reader *rd, const char *text)
{
	struct words *all = &rd->out->texts;

	return words_add(all, text, strlen(text)) == 0 ? all->v[all->n - 1]
	                                               : NULL;
}

// add adds the reason of an entry for one workload and one measure.
static int add(struct reader *rd, yaml_node_t *const *member,
               const yaml_node_t *workload, const yaml_node_t *measure)
{
	struct explained *e = rd->out;
	struct fidelity_reason reason = {
		.line = (int)member[WORKLOAD]->start_mark.line + 1};
	struct fidelity_reason *all;
	int err = check_text(rd, workload, members[WORKLOAD]);

	if (!err)
		err = check_text(rd, measure, members[MEASURE]);
	if (!err)
		err = find_measure(rd, measure, &reason.measure);
	if (err)
		return err;
	if (e->n == ENTRIES_MAX)
		return complain_of(rd, workload,
		                   "there are more than %d reasons", ENTRIES_MAX);
	reason.workload = keep(rd, text_of(workload));
	reason.text = keep(rd, text_of(member[REASON]));
	all = realloc(e->reason, (e->n + 1) * sizeof *all);
	if (!all)
		return -ENOMEM;
	e->reason = all;
	if (!reason.workload || !reason.text)
		return -ENOMEM;
	all[e->n++] = reason;
	return 0;
}

// each returns the i-th of a list, or a text itself as the only one; NULL: no more.
static yaml_node_t *each(struct reader *rd, yaml_node_t *node, int i)
{
	const yaml_node_item_t *first = node->data.sequence.items.start;

	if (node->type != YAML_SEQUENCE_NODE)
		return i ? NULL : node;
	return i < node->data.sequence.items.top - first ? node_of(rd, first[i])
	                                                 : NULL;
}

static int add_all(struct reader *rd, yaml_node_t *const *member)
{
	yaml_node_t *w, *m;
	size_t before = rd->out->n;
	int err = check_text(rd, member[REASON], members[REASON]);

	for (int i = 0; !err && (w = each(rd, member[WORKLOAD], i)); i++)
		for (int j = 0; !err && (m = each(rd, member[MEASURE], j)); j++)
			err = add(rd, member, w, m);
	if (err || rd->out->n > before)
		return err;
	return complain_of(
		rd, member[WORKLOAD],
		"an empty list of workloads or measures explains nothing");
}

static int find_member(const struct reader *rd, const yaml_node_t *key, int *out)
{
	*out = 0;
	if (key->type == YAML_SCALAR_NODE)
		while (*out < MEMBERS && strcmp(text_of(key), members[*out]) != 0)
			++*out;
	if (key->type == YAML_SCALAR_NODE && *out < MEMBERS)
		return 0;
	return complain_of(rd, key,
	                   "an entry has the keys workload, measure and reason");
}

static int read_entry(struct reader *rd, yaml_node_t *entry)
{
	yaml_node_t *member[MEMBERS] = {NULL};
	int err = 0, i;

	if (entry->type != YAML_MAPPING_NODE)
		return complain_of(
			rd, entry,
			"an entry is a mapping: workload, measure, reason");
	for (yaml_node_pair_t *p = entry->data.mapping.pairs.start;
	     !err && p < entry->data.mapping.pairs.top; p++) {
		err = find_member(rd, node_of(rd, p->key), &i);
		if (!err && member[i])
			err = complain_of(rd, node_of(rd, p->key),
			                  "%s is given twice", members[i]);
		if (!err)
			member[i] = node_of(rd, p->value);
	}
	for (i = 0; !err && i < MEMBERS; i++)
		if (!member[i])
			err = complain_of(rd, entry, "the entry has no %s",
			                  members[i]);
	return err ? err : add_all(rd, member);
}

static int read_root(struct reader *rd)
{
	yaml_node_t *root = yaml_document_get_root_node(&rd->document), *entry;
	int err = 0;

	if (!root)
		return 0; // nothing is explained yet
	if (root->type != YAML_SEQUENCE_NODE)
		return complain_of(rd, root,
		                   "reasons are a list, each with workload, measure "
		                   "and reason");
	for (int i = 0; !err && (entry = each(rd, root, i)); i++)
		err = read_entry(rd, entry);
	return err;
}

static int read_text(const char *name, const char *text, size_t len,
                     struct explained *out)
{
	struct reader rd = {.name = name, .out = out};
	yaml_parser_t parser;
	int err = spec_text_check(name, text, len);

	if (err)
		return err;
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	err = yaml_parser_load(&parser, &rd.document) ? 0 : -ENOMEM;
	if (!err) {
		err = read_root(&rd);
		yaml_document_delete(&rd.document);
	}
	yaml_parser_delete(&parser);
	return err;
}

int explained_read(const char *path, struct explained *out)
{
	char *text;
	size_t len;
	int err = spec_text_load(path, &text, &len);

	*out = (struct explained){.n = 0};
	if (err)
		return err;
	err = read_text(strcmp(path, "-") == 0 ? "standard input" : path, text,
	                len, out);
	free(text);
	if (err == -ENOMEM)
		complain("no memory for the reasons in %s", path);
	if (err)
		explained_free(out);
	return err;
}

void explained_free(struct explained *e)
{
	free(e->reason);
	words_free(&e->texts);
	*e = (struct explained){.n = 0};
}
