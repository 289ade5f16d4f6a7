// trees.c - work trees of git for a gate.
//
//	$TMPDIR/dyno-gate-XXXXXX/base    git worktree add --detach
//	                         head
//
// The gate holds an flock on the directory: the kernel lets go of it however the
// process ends, so that the next gate knows which directories nobody has any
// more, and removes them. A directory of another user is not touched.
//
// git keeps a note of each work tree in its repository. It is made to forget
// ours by name; "git worktree prune" would also take those of the user whose
// disk is not there just now.
#include "trees.h"

#include "../complain.h"
#include "git.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FILES = 16, TRIES = 10, WHY = 512 };

#define PREFIX "dyno-gate-"

static const char *const names[] = {"base", "head"};

// join writes DIR/NAME. 0 or -ENAMETOOLONG.
static int join(char out[PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);

	return n >= 0 && n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

//---------------------------------------------------------------------------
// Removing
//---------------------------------------------------------------------------

// open_up makes a directory ours to empty: builds leave read-only ones.
static int open_up(const char *path, const struct stat *s, int type,
                   struct FTW *f)
{
	(void)s;
	(void)f;
	if (type == FTW_D || type == FTW_DNR)
		chmod(path, S_IRWXU);
	return 0;
}

static int remove_one(const char *path, const struct stat *s, int type,
                      struct FTW *f)
{
	(void)s;
	(void)type;
	(void)f;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

// remove_all removes a directory with all that is in it. 0 or -errno.
static int remove_all(const char *path)
{
	nftw(path, open_up, OPEN_FILES, FTW_PHYS);
	if (nftw(path, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS) == 0 ||
	    errno == ENOENT)
		return 0;
	return -errno;
}

// remove_tree removes a work tree, and git's note of it.
static int remove_tree(const char *path)
{
	const char *const where[] = {"git",
	                             "-C",
	                             path,
	                             "rev-parse",
	                             "--path-format=absolute",
	                             "--git-common-dir",
	                             NULL};
	char file[PATH_MAX], repository[PATH_MAX], why[WHY];
	struct stat s;
	bool known;
	int err;

	// Without a file .git in it, git would find another repository above.
	known = join(file, path, ".git") == 0 && lstat(file, &s) == 0 &&
	        S_ISREG(s.st_mode) &&
	        git_run(where, repository, sizeof repository, why, sizeof why) ==
	                0;
	err = remove_all(path);
	if (!err && known) {
		const char *const forget[] = {"git",      "--git-dir",
		                              repository, "worktree",
		                              "remove",   "--force",
		                              path,       NULL};

		if (git_run(forget, NULL, 0, why, sizeof why) != 0)
			complain("git keeps a note of %s (%s): git worktree "
			         "prune removes it",
			         path, why);
	}
	return err;
}

// remove_directory removes a gate's directory.
static void remove_directory(const char *dir)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof names / sizeof *names; i++) {
		char path[PATH_MAX];
		struct stat s;

		err = join(path, dir, names[i]);
		if (!err && lstat(path, &s) == 0 && S_ISDIR(s.st_mode))
			err = remove_tree(path);
	}
	err = err ? err : remove_all(dir);
	if (err)
		complain("%s cannot be removed: %s; remove it by hand", dir,
		         strerror(-err));
}

//---------------------------------------------------------------------------
// The directory
//---------------------------------------------------------------------------

// take locks a gate's directory: a descriptor, or -1 when somebody has it, when
// it is not ours, or when it has gone meanwhile.
static int take(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat s;

	if (fd < 0)
		return -1;
	if (fstat(fd, &s) == 0 && s.st_uid == geteuid() &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &s) == 0 && s.st_nlink)
		return fd;
	close(fd);
	return -1;
}

// sweep removes what gates have left that are no more.
static void sweep(const char *tmp)
{
	DIR *all = opendir(tmp);

	for (struct dirent *e; all && (e = readdir(all));) {
		char path[PATH_MAX];
		int lock;

		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0 ||
		    join(path, tmp, e->d_name) != 0)
			continue;
		lock = take(path);
		if (lock < 0)
			continue;
		remove_directory(path);
		close(lock);
	}
	if (all)
		closedir(all);
}

// make_directory makes ours. Between making and locking it another gate may
// sweep it away; then there is a next one.
static int make_directory(struct trees *t, const char *tmp)
{
	for (int i = 0; i < TRIES; i++) {
		char path[PATH_MAX];

		if (join(path, tmp, PREFIX "XXXXXX") != 0 || !mkdtemp(path)) {
			complain("no directory can be made in %s: %s; set "
			         "TMPDIR to another place",
			         tmp, strerror(errno));
			return -EIO;
		}
		t->lock = take(path);
		if (t->lock < 0)
			continue;
		t->dir = strdup(path);
		return t->dir ? 0 : -ENOMEM;
	}
	complain("a directory in %s is taken away again and again", tmp);
	return -EIO;
}

static int find_prefix(struct trees *t)
{
	static const char *const words[] = {"git", "rev-parse", "--show-prefix",
	                                    NULL};
	char text[PATH_MAX], why[WHY];
	int err = git_run(words, text, sizeof text, why, sizeof why);

	if (err) {
		complain("refs are compared in a repository of git: %s", why);
		return err;
	}
	t->prefix = strdup(text);
	return t->prefix ? 0 : -ENOMEM;
}

int trees_begin(struct trees *t)
{
	const char *given = getenv("TMPDIR");
	char tmp[PATH_MAX];
	int err = find_prefix(t);

	if (err)
		return err;
	given = given && *given ? given : "/tmp";
	if (!realpath(given, tmp)) {
		complain("TMPDIR is '%.200s', which is not there: %s", given,
		         strerror(errno));
		return -EINVAL;
	}
	sweep(tmp);
	return make_directory(t, tmp);
}

//---------------------------------------------------------------------------
// Trees
//---------------------------------------------------------------------------

// resolve finds the commit that a ref is. A name that begins with a dash is none,
// and git would take it for an option.
static int resolve(const char *ref, char *commit, size_t size)
{
	char name[PATH_MAX], why[WHY];
	const char *const words[] = {"git",     "rev-parse", "--verify",
	                             "--quiet", name,        NULL};

	snprintf(name, sizeof name, "%s^{commit}", ref);
	if (*ref && *ref != '-' &&
	    git_run(words, commit, size, why, sizeof why) == 0)
		return 0;
	complain("git knows no commit '%.200s': a branch, a tag or a hash would be right; "
	         "in CI, a shallow clone may lack it (git fetch)",
	         ref);
	return -EINVAL;
}

static char *shortly(const char *commit)
{
	const char *const words[] = {"git", "rev-parse", "--short", commit, NULL};
	char text[128], why[WHY];

	return git_run(words, text, sizeof text, why, sizeof why) == 0
	               ? strdup(text)
	               : NULL;
}

static int check_out(const char *path, const char *commit)
{
	const char *const words[] = {
		"git",      "-c",  "core.hooksPath=/dev/null",
		"worktree", "add", "--quiet",
		"--detach", path,  commit,
		NULL};
	char why[WHY];
	int err = git_run(words, NULL, 0, why, sizeof why);

	if (err)
		complain("git cannot check out %s: %s", commit, why);
	return err ? -EIO : 0;
}

int trees_add(struct trees *t, const char *name, const char *ref, char **dir,
              char **commit)
{
	char full[128], path[PATH_MAX];
	int err = resolve(ref, full, sizeof full);

	if (err)
		return err;
	err = join(path, t->dir, name);
	if (!err)
		err = check_out(path, full);
	if (err)
		return err;
	if (asprintf(dir, "%s/%s", path, t->prefix) < 0) {
		*dir = NULL;
		return -ENOMEM;
	}
	*commit = shortly(full);
	if (access(*dir, X_OK) == 0)
		return *commit ? 0 : -ENOMEM;
	complain("%.200s has no directory %s, where this gate was started", ref,
	         t->prefix);
	return -EINVAL;
}

char *trees_here(void)
{
	static const char *const words[] = {
		"git", "describe", "--always", "--dirty", "--exclude=*", NULL};
	char text[128], why[WHY];

	if (git_run(words, text, sizeof text, why, sizeof why) == 0)
		return strdup(text);
	complain("git cannot tell which commit this is: %s", why);
	return NULL;
}

void trees_end(struct trees *t)
{
	if (t->dir) {
		remove_directory(t->dir);
		close(t->lock);
	}
	free(t->dir);
	free(t->prefix);
	*t = (struct trees){.dir = NULL};
}
