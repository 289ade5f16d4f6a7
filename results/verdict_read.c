// verdict_read.c - verdict.json, checked and read back. The strings stay those of
// the document, which is kept.
#include "file.h"
#include "verdict_file.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 << 20 };

// read_fail_on reads the set that the file was written with.
static int read_fail_on(const json_t *list, unsigned *out)
{
	const json_t *name;
	size_t i;
	*out = 0;
	json_array_foreach(list, i, name)
	{
		enum verdict_end e;
		const char *s = json_string_value(name);
		if (!s || verdict_end_parse(s, &e))
			return -EINVAL;
		*out |= 1u << e;
	}
	return json_is_array(list) ? 0 : -EINVAL;
}

static int read_end(const json_t *o, enum verdict_end *end, unsigned *fail_on)
{
	const char *kind = json_string_value(json_object_get(o, "dyno"));
	const char *word = json_string_value(json_object_get(o, "verdict"));
	const json_t *schema = json_object_get(o, "schema");
	if (!kind || strcmp(kind, "verdict") || !word ||
	    json_integer_value(schema) != VERDICT_SCHEMA ||
	    verdict_end_parse(word, end))
		return -EINVAL;
	return read_fail_on(json_object_get(o, "fail_on"), fail_on);
}

// load reads the document and its end: 0 with *out to be given back, or -EINVAL.
static int load(const char *text, json_t **out, enum verdict_end *end,
                unsigned *fail_on)
{
	*out = json_loads(text, 0, NULL);
	if (read_end(*out, end, fail_on) == 0)
		return 0;
	json_decref(*out);
	return -EINVAL;
}

// text_in returns a file, to be freed; NULL after a line in err, errno set.
static char *text_in(const char *path, char *err, size_t errlen)
{
	char *text = file_read(path, LONGEST);
	int cause = errno;
	if (!text)
		snprintf(err, errlen, "%s: %s", path, strerror(cause));
	errno = cause;
	return text;
}

static int no_verdict(const char *path, char *err, size_t errlen)
{
	snprintf(err, errlen,
	         "%s is no verdict of dyno gate, or not a whole one", path);
	return -EINVAL;
}

int verdict_check(const char *path, const unsigned *fail_on,
                  enum verdict_end *end, int *exit_code, char *err, size_t errlen)
{
	char *text = text_in(path, err, errlen);
	unsigned own;
	json_t *o;
	if (!text)
		return -errno;
	int failed = load(text, &o, end, &own);
	free(text);
	if (failed)
		return no_verdict(path, err, errlen);
	*exit_code = verdict_exit(*end, fail_on ? *fail_on : own);
	json_decref(o);
	return 0;
}

//---------------------------------------------------------------------------
// The whole of it
//---------------------------------------------------------------------------

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

// number_of is NaN for what is not known.
static double number_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	return json_is_number(v) ? json_number_value(v) : NAN;
}

static size_t count_of(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));
	return n > 0 ? (size_t)n : 0;
}

static int read_kind(const char *name, enum verdict_kind *out)
{
	for (int i = 0; i < VERDICT_KINDS; i++) {
		if (strcmp(name, verdict_kind_name((enum verdict_kind)i)))
			continue;
		*out = (enum verdict_kind)i;
		return 0;
	}
	return -EINVAL;
}

// read_blocks makes *out, to be freed, of a list of [base, again, head].
static int read_blocks(const json_t *list, struct relabel_block **out, size_t *n)
{
	size_t size = json_array_size(list);
	struct relabel_block *b = calloc(size + 1, sizeof *b);
	*out = b;
	if (!b)
		return -ENOMEM;
	for (*n = 0; *n < size; b++, ++*n)
		if (json_unpack(json_array_get(list, *n), "[F,F,F!]", &b->base,
		                &b->again, &b->head))
			return -EINVAL;
	return json_is_array(list) ? 0 : -EINVAL;
}

static int read_row(const json_t *o, struct verdict_row *r)
{
	struct relabel_block *block = NULL, *confirm = NULL;
	const json_t *tail = json_object_get(o, "tail");
	int err = read_kind(text_of(o, "verdict"), &r->kind);
	r->name = text_of(o, "name");
	r->unit = text_of(o, "unit");
	r->better = samples_better_parse(text_of(o, "better"));
	r->failure = json_string_value(json_object_get(o, "failure"));
	r->no_baseline = r->kind == VERDICT_NO_BASELINE;
	r->group = text_of(o, "group");
	r->tail = tail ? json_is_true(tail)
	               : r->kind == VERDICT_SHOWN && r->better != SAMPLES_UNKNOWN;
	r->flagged = json_is_true(json_object_get(o, "flagged"));
	r->base = number_of(o, "base");
	r->head = number_of(o, "head");
	r->estimate = number_of(o, "change");
	r->low = number_of(o, "low");
	r->high = number_of(o, "high");
	r->p_worse = number_of(o, "p_worse");
	r->p_better = number_of(o, "p_better");
	r->p_alike = number_of(o, "p_alike");
	r->p_null = number_of(o, "p_null");
	r->detectable = number_of(o, "detectable");
	r->unsteady = number_of(o, "unsteady");
	if (!err)
		err = read_blocks(json_object_get(o, "logs"), &block, &r->n);
	if (!err)
		err = read_blocks(json_object_get(o, "confirm_logs"), &confirm,
		                  &r->n_confirm);
	r->block = block;
	r->confirm = confirm;
	return err;
}

static int read_rows(const json_t *rows, struct verdict *v)
{
	size_t n = json_array_size(rows);
	int err = json_is_array(rows) ? 0 : -EINVAL;
	v->row = calloc(n + 1, sizeof *v->row);
	if (!v->row)
		return -ENOMEM;
	for (v->n = 0; !err && v->n < n; v->n++)
		err = read_row(json_array_get(rows, v->n), &v->row[v->n]);
	return err;
}

static void read_about(const json_t *o, struct verdict_about *a)
{
	a->base = text_of(o, "base");
	a->head = text_of(o, "head");
	a->baseline = json_string_value(json_object_get(o, "baseline"));
	a->host = text_of(o, "host");
	a->version = text_of(o, "version");
	a->started = json_integer_value(json_object_get(o, "started"));
	a->seconds = number_of(o, "seconds");
	a->budget = number_of(o, "budget");
	a->needed = number_of(o, "budget_needed");
	a->block_seconds = number_of(o, "block_seconds");
	a->observations = count_of(o, "observations");
	a->length_ms = (int)count_of(o, "length_ms");
}

int verdict_parse(const char *text, struct verdict_read *out)
{
	*out = (struct verdict_read){.document = NULL};
	json_t *o;
	int failed = load(text, &o, &out->v.end, &out->about.fail_on);
	if (failed)
		return failed;
	out->document = o;
	read_about(o, &out->about);
	out->v.threshold = number_of(o, "threshold");
	out->v.alpha = number_of(o, "alpha");
	out->v.seed = count_of(o, "seed");
	out->v.interrupted = out->v.end == VERDICT_UNFINISHED;
	failed = read_rows(json_object_get(o, "rows"), &out->v);
	if (failed)
		verdict_read_free(out);
	return failed;
}

int verdict_read(const char *path, struct verdict_read *out, char *err,
                 size_t errlen)
{
	char *text = text_in(path, err, errlen);
	if (!text)
		return -errno;
	int failed = verdict_parse(text, out);
	free(text);
	return failed ? no_verdict(path, err, errlen) : 0;
}

void verdict_read_free(struct verdict_read *r)
{
	for (size_t i = 0; i < r->v.n; i++) {
		free((void *)(uintptr_t)r->v.row[i].block);
		free((void *)(uintptr_t)r->v.row[i].confirm);
	}
	free(r->v.row);
	json_decref(r->document);
	*r = (struct verdict_read){.document = NULL};
}
