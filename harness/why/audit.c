// audit.c - every Go program of a machine, the worst served first.
//
// Processes come and go while they are read. One that has ended meanwhile is
// left out; one that ends half-way is shown with what was read of it.
#include "audit.h"

#include "why_print.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool is_number(const char *name)
{
	return *name && strspn(name, "0123456789") == strlen(name);
}

// judge fills the row of a process that has been read.
static void judge(struct audit_row *row)
{
	double ready = row->process.cpu_s + row->process.wait_s;

	verdict_reach(&row->verdict, &row->process);
	row->throttled_s = 0;
	row->throttled = cgroup_throttled(&row->process.cgroup,
	                                  &row->throttled_s);
	row->waited = -1;
	if (row->process.waits_known)
		row->waited = ready > 0 ? row->process.wait_s / ready : 0;
}

static int add(struct audit *a, const struct process *p)
{
	struct audit_row *row;

	// A kernel thread has no file.
	if (p->binary.kind == GO_BINARY_UNREADABLE && p->binary.error != -ENOENT)
		a->hidden++;
	else if (!verdict_is_go(p))
		a->others++;
	if (!verdict_is_go(p))
		return 0;
	row = realloc(a->row, (a->n + 1) * sizeof *row);
	if (!row)
		return -ENOMEM;
	a->row = row;
	row += a->n++;
	row->process = *p;
	judge(row);
	return 1;
}

static int look_at(struct audit *a, const char *root, const char *pid)
{
	struct process p;
	int kept = process_read(&p, root, pid);

	if (kept == -ESRCH)
		return 0;
	if (!kept)
		kept = add(a, &p);
	else
		return kept;
	if (kept <= 0)
		process_free(&p);
	return kept < 0 ? kept : 0;
}

static int by_need(const void *x, const void *y)
{
	const struct audit_row *a = x, *b = y;

	if (a->throttled != b->throttled)
		return a->throttled < b->throttled ? 1 : -1;
	if (a->waited != b->waited)
		return a->waited < b->waited ? 1 : -1;
	return atoi(a->process.pid) - atoi(b->process.pid);
}

int audit_read(struct audit *a, const char *root)
{
	char path[PATH_MAX];
	struct dirent *d;
	int err = 0;
	DIR *dir;

	*a = (struct audit){.row = NULL};
	if (snprintf(path, sizeof path, "%s/proc", root) >= (int)sizeof path)
		return -ENAMETOOLONG;
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!err && (d = readdir(dir)))
		if (is_number(d->d_name))
			err = look_at(a, root, d->d_name);
	closedir(dir);
	if (err)
		audit_free(a);
	else if (a->n)
		qsort(a->row, a->n, sizeof *a->row, by_need);
	return err;
}

void audit_free(struct audit *a)
{
	for (size_t i = 0; i < a->n; i++)
		process_free(&a->row[i].process);
	free(a->row);
	*a = (struct audit){.row = NULL};
}

json_t *audit_json(const struct audit *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->n; i++)
		json_array_append_new(list, why_json(&a->row[i].process,
		                                     &a->row[i].verdict));
	return json_pack("{s:i, s:o, s:I, s:I}", "schema", 1, "processes", list,
	                 "others", (json_int_t)a->others, "hidden",
	                 (json_int_t)a->hidden);
}
