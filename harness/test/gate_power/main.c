// main.c - gate_power: what recorded gates say of the gate. scripts/gate-power
// runs them.
//
//	count DIR NAME [SECONDS BASE HEAD]
//	                        how many there are, if they were run like that
//	take DIR NAME FILE...   verdicts become records
//	report DIR GATES        power.json and README.md, with so many gates played
//	check DIR               are those two what the records make?
//
// What is played takes minutes, so that check believes power.json of it, as long as
// it was played from as many blocks as there are now.
#include "document.h"
#include "page.h"
#include "play.h"

#include <errno.h>
#include <results/file.h>
#include <results/json_out.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 16 << 20, OTHER = 2, SKIPPED = 77 };

static void path_of(char out[4096], const char *dir, const char *name)
{
	snprintf(out, 4096, "%s/%s", dir, name);
}

static const struct experiment_kind *kind_of(const char *name)
{
	for (int i = 0; i < EXPERIMENTS; i++)
		if (!strcmp(name, experiment_kinds[i].name))
			return &experiment_kinds[i];
	return NULL;
}

//---------------------------------------------------------------------------
// Records
//---------------------------------------------------------------------------

// alike says whether the records were run with this budget and these commands.
static bool alike(const struct records *r, char **how)
{
	struct verdict_read asked;

	if (!r->n || !how)
		return true;
	asked = r->v[0];
	asked.about.budget = strtod(how[0], NULL);
	asked.about.base = how[1];
	asked.about.head = how[2];
	return record_same_kind(&r->v[0], &asked);
}

static int count_records(const char *dir, const char *name, char **how)
{
	struct records r;
	char path[4096], file[64];
	int err;

	snprintf(file, sizeof file, "%.50s.jsonl", name);
	path_of(path, dir, file);
	err = records_read(&r, path);
	if (err)
		return err;
	if (alike(&r, how)) {
		printf("%zu\n", r.n);
	} else {
		fprintf(stderr,
		        "gate_power: the gates in %s were run with --budget %gs "
		        "--base \"%s\" --head \"%s\": do so, or name another "
		        "directory\n",
		        path, r.v[0].about.budget, r.v[0].about.base,
		        r.v[0].about.head);
		err = OTHER;
	}
	records_free(&r);
	return err;
}

static int take(const char *dir, const char *name, char *const *file, size_t n)
{
	char path[4096], line[64];

	snprintf(line, sizeof line, "%.50s.jsonl", name);
	path_of(path, dir, line);
	return records_take(path, file, n);
}

//---------------------------------------------------------------------------
// The report
//---------------------------------------------------------------------------

static void free_all(struct experiment *all)
{
	for (int i = 0; i < EXPERIMENTS; i++)
		experiment_free(&all[i]);
}

static int read_all(struct experiment *all, const char *dir)
{
	int err = 0;

	memset(all, 0, EXPERIMENTS * sizeof *all);
	for (int i = 0; !err && i < EXPERIMENTS; i++)
		err = experiment_read(&all[i], dir, &experiment_kinds[i]);
	if (err)
		free_all(all);
	return err;
}

typedef int (*writer)(const json_t *document, FILE *out);

static int write_json(const json_t *document, FILE *out)
{
	return json_out_dump(json_incref((json_t *)(uintptr_t)document), out);
}

static int replace(const char *dir, const char *name, writer write,
                   const json_t *document)
{
	struct file_new f = {.out = NULL};
	char path[4096];
	int err;

	path_of(path, dir, name);
	err = file_begin(&f, path);
	if (!err)
		err = file_commit(&f, write(document, f.out));
	if (err)
		fprintf(stderr, "gate_power: %s cannot be written: %s\n", path,
		        strerror(-err));
	return err;
}

static int report(const char *dir, size_t gates)
{
	struct experiment all[EXPERIMENTS];
	json_t *played = NULL, *document = NULL;
	int err = read_all(all, dir);

	if (err)
		return err;
	err = play(&all[0], gates, &played);
	if (!err)
		document = document_make(all, played);
	if (!err && !document)
		err = -ENOMEM;
	if (!err)
		err = page_print(document, stdout);
	if (!err)
		err = replace(dir, "power.json", write_json, document);
	if (!err)
		err = replace(dir, "README.md", page_markdown, document);
	json_decref(document);
	free_all(all);
	return err;
}

//---------------------------------------------------------------------------
// The check
//---------------------------------------------------------------------------

// differs says whether a file is not what is written of a document.
static bool differs(const char *dir, const char *name, writer write,
                    const json_t *document)
{
	char path[4096], *text = NULL, *there;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool other = !out || write(document, out) != 0;

	other |= out && fclose(out) == EOF;
	path_of(path, dir, name);
	there = file_read(path, LONGEST);
	other = other || !there || strcmp(there, text) != 0;
	free(there);
	free(text);
	if (other)
		fprintf(stderr,
		        "gate_power: %s is not what the records make: run "
		        "scripts/gate-power report\n",
		        path);
	return other;
}

// played_before returns what power.json has of played gates, if it is of as many
// blocks as there are.
static json_t *played_before(const char *dir, const struct experiment *aa)
{
	char path[4096];
	json_t *old, *played, *now = NULL;
	bool same;

	path_of(path, dir, "power.json");
	old = json_load_file(path, 0, NULL);
	played = json_incref(json_object_get(old, "played"));
	json_decref(old);
	if (play(aa, 0, &now) != 0)
		return json_decref(played), NULL;
	same = json_equal(json_object_get(played, "from_blocks"),
	                  json_object_get(now, "from_blocks"));
	if (same)
		return json_decref(now), played;
	return json_decref(played), now; // which power.json is not made of
}

static int check(const char *dir)
{
	struct experiment all[EXPERIMENTS];
	json_t *document;
	size_t n = 0;
	int err = read_all(all, dir);
	bool bad;

	if (err)
		return err;
	for (int i = 0; i < EXPERIMENTS; i++)
		n += all[i].n;
	document = document_make(all, played_before(dir, &all[0]));
	bad = n &&
	      (!document || differs(dir, "power.json", write_json, document) ||
	       differs(dir, "README.md", page_markdown, document));
	json_decref(document);
	free_all(all);
	if (!n)
		puts("no gates yet");
	return bad ? -EINVAL : n ? 0 : SKIPPED;
}

//---------------------------------------------------------------------------
// The command
//---------------------------------------------------------------------------

static int usage(void)
{
	fprintf(stderr,
	        "usage: gate_power count DIR NAME [SECONDS BASE HEAD] | take DIR NAME FILE... "
	        "| report DIR GATES | check DIR\n");
	return 2;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "",
		   *dir = argc > 2 ? argv[2] : "";
	bool named = argc > 3 && kind_of(argv[3]);
	int err;

	if (!strcmp(what, "count") && named && (argc == 4 || argc == 7))
		err = count_records(dir, argv[3], argc == 7 ? argv + 4 : NULL);
	else if (!strcmp(what, "take") && named)
		err = take(dir, argv[3], argv + 4, (size_t)argc - 4);
	else if (!strcmp(what, "report") && argc == 4)
		err = report(dir, strtoul(argv[3], NULL, 10));
	else if (!strcmp(what, "check") && argc == 3)
		err = check(dir);
	else
		return usage();
	return err < 0 ? 1 : err;
}
