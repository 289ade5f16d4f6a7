// record.c - gates as lines.
//
// A line can be read as a verdict can. Logarithms are rounded to a millionth, which
// is a ten-thousandth of a percent; of a command stays what does not depend on
// where it was built. So a gate takes one or two kilobytes, and what is counted
// can be kept, and gone on with, on another day and in another place.
#include "record.h"

#include "../../command_words.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <results/file.h>
#include <results/json_out.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 << 20, DIGITS = 9 };

#define MILLION 1e6

static void set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

//---------------------------------------------------------------------------
// Reading
//---------------------------------------------------------------------------

static int push(struct records *r, const struct verdict_read *v)
{
	struct verdict_read *more = realloc(r->v, (r->n + 1) * sizeof *more);

	if (!more)
		return -ENOMEM;
	r->v = more;
	r->v[r->n++] = *v;
	return 0;
}

static int read_lines(struct records *r, char *text, const char *path)
{
	int err = 0;

	for (size_t line = 1; !err && *text; line++) {
		size_t n = strcspn(text, "\n");
		char *next = text + n + (text[n] != '\0');
		struct verdict_read v;

		text[n] = '\0';
		err = verdict_parse(text, &v);
		if (err) {
			fprintf(stderr,
			        "gate_power: %s:%zu: no record of a gate\n",
			        path, line);
			break;
		}
		err = push(r, &v);
		if (err)
			verdict_read_free(&v);
		text = next;
	}
	return err;
}

int records_read(struct records *r, const char *path)
{
	char *text = file_read(path, LONGEST);
	int err = text ? 0 : -errno;

	*r = (struct records){.n = 0};
	if (err == -ENOENT)
		return 0;
	if (err)
		fprintf(stderr, "gate_power: %s: %s\n", path, strerror(-err));
	else
		err = read_lines(r, text, path);
	free(text);
	if (err)
		records_free(r);
	return err;
}

void records_free(struct records *r)
{
	for (size_t i = 0; i < r->n; i++)
		verdict_read_free(&r->v[i]);
	free(r->v);
	*r = (struct records){.n = 0};
}

//---------------------------------------------------------------------------
// Writing
//---------------------------------------------------------------------------

// plain writes a command without the directory of its program. 0 or -errno.
static int plain(const char *command, char *out, size_t size)
{
	struct words w = {.n = 0};
	int err = command_words(&w, command);
	size_t n = 0;

	*out = '\0';
	for (size_t i = 0; !err && i < w.n && n < size; i++) {
		const char *slash = i ? NULL : strrchr(w.v[i], '/');

		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? " " : "",
		                      slash ? slash + 1 : w.v[i]);
	}
	words_free(&w);
	return err;
}

static json_t *command_json(const char *command)
{
	char text[1024];

	return json_out_text(plain(command, text, sizeof text) ? command : text);
}

static json_t *rounded(double v)
{
	return json_out_number(round(v * MILLION) / MILLION);
}

static json_t *blocks_json(const struct relabel_block *b, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			list, json_pack("[o,o,o]", rounded(b[i].base),
		                        rounded(b[i].again), rounded(b[i].head)));
	return list;
}

static json_t *row_json(const struct verdict_row *r)
{
	json_t *o = json_object();

	set(o, "name", json_out_text(r->name));
	set(o, "unit", json_out_text(r->unit));
	set(o, "better", json_string(samples_better_name(r->better)));
	set(o, "verdict", json_string(verdict_kind_name(r->kind)));
	if (r->failure)
		set(o, "failure", json_out_text(r->failure));
	if (r->flagged)
		set(o, "flagged", json_true());
	set(o, "logs", blocks_json(r->block, r->n));
	set(o, "confirm_logs", blocks_json(r->confirm, r->n_confirm));
	return o;
}

static json_t *record_json(const struct verdict_read *f)
{
	json_t *o = json_object(), *rows = json_array();

	for (size_t i = 0; i < f->v.n; i++)
		json_array_append_new(rows, row_json(&f->v.row[i]));
	set(o, "dyno", json_string("verdict"));
	set(o, "schema", json_integer(VERDICT_SCHEMA));
	set(o, "verdict", json_string(verdict_end_name(f->v.end)));
	set(o, "fail_on", json_array());
	set(o, "base", command_json(f->about.base));
	set(o, "head", command_json(f->about.head));
	set(o, "host", json_out_text(f->about.host));
	set(o, "version", json_out_text(f->about.version));
	set(o, "started", json_integer(f->about.started));
	set(o, "seconds", rounded(f->about.seconds));
	set(o, "budget", rounded(f->about.budget));
	set(o, "block_seconds", rounded(f->about.block_seconds));
	set(o, "observations", json_integer((json_int_t)f->about.observations));
	set(o, "length_ms", json_integer(f->about.length_ms));
	set(o, "seed", json_integer((json_int_t)f->v.seed));
	set(o, "threshold", rounded(f->v.threshold));
	set(o, "alpha", rounded(f->v.alpha));
	set(o, "rows", rows);
	return o;
}

// print writes a line, after it has been seen that it can be read. 0 or -errno.
static int print(const struct verdict_read *f, FILE *out)
{
	json_t *o = record_json(f);
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
	struct verdict_read back;
	int err = text ? verdict_parse(text, &back) : -ENOMEM;

	json_decref(o);
	if (!err) {
		verdict_read_free(&back);
		fprintf(out, "%s\n", text);
	}
	free(text);
	return err;
}

//---------------------------------------------------------------------------
// Taking
//---------------------------------------------------------------------------

static bool same_command(const char *a, const char *b)
{
	char x[1024], y[1024];

	return plain(a, x, sizeof x) == 0 && plain(b, y, sizeof y) == 0 &&
	       strcmp(x, y) == 0;
}

static bool close_to(double a, double b)
{
	return fabs(a - b) < 1e-6;
}

bool record_same_kind(const struct verdict_read *a, const struct verdict_read *b)
{
	return same_command(a->about.base, b->about.base) &&
	       same_command(a->about.head, b->about.head) &&
	       close_to(a->about.budget, b->about.budget) &&
	       close_to(a->v.threshold, b->v.threshold) &&
	       close_to(a->v.alpha, b->v.alpha);
}

static bool known(const struct records *r, const struct verdict_read *v)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].about.started == v->about.started &&
		    r->v[i].v.seed == v->v.seed)
			return true;
	return false;
}

// take_one reads a verdict into r, unless it is there or did not end.
static int take_one(struct records *r, const char *path, const char *file)
{
	struct verdict_read v;
	char why[512];
	int err = verdict_read(file, &v, why, sizeof why);

	if (err) {
		fprintf(stderr, "gate_power: %s\n", why);
		return err;
	}
	if (v.v.end == VERDICT_UNFINISHED || known(r, &v)) {
		verdict_read_free(&v);
		return 0;
	}
	if (r->n && !record_same_kind(&r->v[0], &v)) {
		fprintf(stderr,
		        "gate_power: %s was not run as the gates in %s were\n",
		        file, path);
		err = -EINVAL;
	}
	if (!err)
		err = push(r, &v);
	if (err)
		verdict_read_free(&v);
	return err;
}

int records_take(const char *path, char *const *file, size_t n)
{
	struct records r;
	struct file_new out = {.out = NULL};
	int err = records_read(&r, path);

	if (err)
		return err;
	for (size_t i = 0; !err && i < n; i++)
		err = take_one(&r, path, file[i]);
	if (!err) {
		err = file_begin(&out, path);
		for (size_t i = 0; !err && i < r.n; i++)
			err = print(&r.v[i], out.out);
		if (out.out)
			err = file_commit(&out, err);
		if (err)
			fprintf(stderr, "gate_power: %s cannot be written: %s\n",
			        path, strerror(-err));
	}
	records_free(&r);
	return err;
}
