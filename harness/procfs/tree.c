// tree.c - the processes that descend from one, kept up to date at little cost.
//
// Many kernels do not list a process's children, but each tells its parent. To ask
// them all each time would cost more than what is to be seen. So a process is asked
// once, when it is new: who is a member stays one until it ends, because orphans
// fall to the root, which is a subreaper; and a stranger cannot become a member.
// What is left is to list /proc.
//
// A number that ends and comes again between two looks is missed. Numbers go round
// before they come again, which takes thousands of new processes.
#include "tree.h"

#include "small_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//---------------------------------------------------------------------------
// Lists of process ids
//---------------------------------------------------------------------------

static int add(struct pids *p, pid_t pid)
{
	if (p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 64;
		pid_t *v = realloc(p->v, room * sizeof *v);

		if (!v)
			return -ENOMEM;
		p->v = v;
		p->room = room;
	}
	p->v[p->n++] = pid;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	pid_t p = *(const pid_t *)a, q = *(const pid_t *)b;

	return (p > q) - (p < q);
}

static bool has(const struct pids *p, pid_t pid)
{
	return p->n && bsearch(&pid, p->v, p->n, sizeof pid, by_number);
}

// insert adds where it belongs, which is the end as a rule.
static int insert(struct pids *p, pid_t pid)
{
	int err = add(p, pid);
	size_t i = p->n;

	if (err)
		return err;
	for (i--; i > 0 && p->v[i - 1] > pid; i--)
		p->v[i] = p->v[i - 1];
	p->v[i] = pid;
	return 0;
}

int pids_list(struct pids *p, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int err = 0;

	p->n = 0;
	if (!d)
		return -errno;
	while (!err && (e = readdir(d))) {
		char *end;
		long pid;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		pid = strtol(e->d_name, &end, 10);
		if (!*end && pid > 0 && pid <= INT_MAX)
			err = add(p, (pid_t)pid);
	}
	closedir(d);
	if (p->n)
		qsort(p->v, p->n, sizeof *p->v, by_number);
	return err;
}

void pids_free(struct pids *p)
{
	free(p->v);
	*p = (struct pids){.v = NULL};
}

//---------------------------------------------------------------------------
// Whose child
//---------------------------------------------------------------------------

bool tree_stat(const char *line, pid_t *parent, bool *ended)
{
	const char *end = strrchr(line, ')');
	char state;
	int pid;

	if (!end || sscanf(end + 1, " %c %d", &state, &pid) != 2 || pid < 0)
		return false;
	*parent = pid;
	*ended = state == 'Z' || state == 'X';
	return true;
}

// parent_of returns the parent of a process; -1 when it is gone.
static pid_t parent_of(const struct tree *t, pid_t pid)
{
	char *line = small_file_line(t->sysroot, "proc/%d/stat", (int)pid);
	pid_t parent = -1;
	bool ended;

	if (line && !tree_stat(line, &parent, &ended))
		parent = -1;
	free(line);
	return parent;
}

// What one look sorts the listed processes into.
struct look {
	struct pids listed, members, strangers;
	struct pids fresh, parent; // the new ones, and beside each its parent
};

static int sort_known(const struct tree *t, struct look *l)
{
	int err = 0;

	for (size_t i = 0; !err && i < l->listed.n; i++) {
		pid_t pid = l->listed.v[i];

		if (has(&t->members, pid)) {
			err = add(&l->members, pid);
		} else if (has(&t->strangers, pid) || pid == t->root) {
			err = add(&l->strangers, pid);
		} else {
			err = add(&l->fresh, pid);
			if (!err)
				err = add(&l->parent, parent_of(t, pid));
		}
	}
	return err;
}

// sort_fresh puts each new process where its parent is, until no more can be
// told. One whose parent has not been seen is new again next time.
static int sort_fresh(const struct tree *t, struct look *l)
{
	bool more = true;
	int err = 0;

	while (!err && more) {
		more = false;
		for (size_t i = 0; !err && i < l->fresh.n; i++) {
			pid_t parent = l->parent.v[i];
			struct pids *to =
				parent == t->root || has(&l->members, parent)
					? &l->members
				: parent == 0 || has(&l->strangers, parent)
					? &l->strangers
					: NULL;

			if (parent < 0 || !to)
				continue;
			err = insert(to, l->fresh.v[i]);
			l->parent.v[i] = -1;
			more = true;
		}
	}
	return err;
}

static int list_all(const struct tree *t, struct pids *out)
{
	char dir[PATH_MAX];
	int n = snprintf(dir, sizeof dir, "%s/proc", t->sysroot);

	return n < 0 || (size_t)n >= sizeof dir ? -ENAMETOOLONG
	                                        : pids_list(out, dir);
}

int tree_begin(struct tree *t)
{
	pids_free(&t->members);
	return list_all(t, &t->strangers);
}

int tree_look(struct tree *t)
{
	struct look l = {.listed = {.v = NULL}};
	int err = list_all(t, &l.listed);

	if (!err)
		err = sort_known(t, &l);
	if (!err)
		err = sort_fresh(t, &l);
	if (!err) {
		tree_free(t);
		t->members = l.members;
		t->strangers = l.strangers;
	} else {
		pids_free(&l.members);
		pids_free(&l.strangers);
	}
	pids_free(&l.listed);
	pids_free(&l.fresh);
	pids_free(&l.parent);
	return err;
}

void tree_free(struct tree *t)
{
	pids_free(&t->members);
	pids_free(&t->strangers);
}
