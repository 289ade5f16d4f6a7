// files.c - the files of a verdict.
//
// The verdict file is replaced twice, when a gate begins and when it ends, and each
// time whole. A gate holds an flock on the file that is there, which the kernel lets
// go of however the process ends. Two gates that would write the same file would
// each lose the other's verdict, so that the second one is refused:
//
//	1  open what is there, or make it; lock it; see that it is still there
//	2  write the new file under another name; lock that too; rename it
//
// Between 1 and 2 and ever after, what is there is locked by us. On a file system
// without locks there are none.
#include "files.h"

#include "../complain.h"

#include <errno.h>
#include <fcntl.h>
#include <results/file.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100 };

typedef int (*writer)(const struct verdict *v, const struct verdict_about *a,
                      FILE *out);

static int refuse(const char *path, int err)
{
	complain("%s cannot be written: %s", path, strerror(-err));
	return err;
}

//---------------------------------------------------------------------------
// Whose file it is
//---------------------------------------------------------------------------

// is_there says whether that is the file at path.
static bool is_there(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

// claim locks what is at path: a descriptor; -1 where nothing can be locked; -EBUSY
// when another has it.
static int claim(const char *path)
{
	for (int i = 0; i < TRIES && !is_special(path); i++) {
		int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
		bool busy;

		if (fd < 0)
			return -1; // whoever writes it will say why not
		busy = flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
		if (!busy && is_there(fd, path))
			return fd;
		close(fd);
		if (busy)
			return -EBUSY;
	}
	return -1;
}

static void let_go(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

//---------------------------------------------------------------------------
// Writing
//---------------------------------------------------------------------------

// replace writes a whole file, or leaves the old one. With lock the new one is
// locked before anybody can see it. 0, or -errno after a message.
static int replace(const char *path, writer write, const struct verdict *v,
                   const struct verdict_about *a, int *lock)
{
	struct file_new f = {.out = NULL};
	int err = file_begin(&f, path);

	if (!err && lock && f.temporary) {
		*lock = fcntl(fileno(f.out), F_DUPFD_CLOEXEC, 0);
		if (*lock >= 0)
			flock(*lock, LOCK_EX | LOCK_NB);
	}
	if (!err)
		err = file_commit(&f, write(v, a, f.out));
	return err ? refuse(path, err) : 0;
}

int gate_files_begin(struct gate_files *f, const struct verdict *v,
                     const struct verdict_about *a)
{
	f->ours = -1;
	f->older = claim(f->verdict);
	if (f->older == -EBUSY) {
		f->older = -1;
		complain("another gate is at work whose verdict will be %s: name "
		         "another file by -o",
		         f->verdict);
		return -EBUSY;
	}
	return replace(f->verdict, verdict_json, v, a, &f->ours);
}

// taken says whether another gate has the verdict file now.
static bool taken(const struct gate_files *f)
{
	int fd;

	if (f->ours < 0 || is_there(f->ours, f->verdict))
		return false;
	fd = claim(f->verdict);
	if (fd >= 0)
		close(fd);
	return fd == -EBUSY;
}

static int end_verdict(const struct gate_files *f, const struct verdict *v,
                       const struct verdict_about *a)
{
	if (!taken(f))
		return replace(f->verdict, verdict_json, v, a, NULL);
	complain("%s was removed meanwhile, and now another gate has it: this "
	         "one's verdict (%s) is not in it; name another file by -o",
	         f->verdict, verdict_end_name(v->end));
	return -EBUSY;
}

int gate_files_end(const struct gate_files *f, const struct verdict *v,
                   const struct verdict_about *a)
{
	int err = end_verdict(f, v, a), other = 0;

	if (f->summary)
		other = gate_files_append(f->summary, v, a);
	err = err ? err : other;
	if (f->junit)
		other = replace(f->junit, verdict_junit, v, a, NULL);
	return err ? err : other;
}

void gate_files_free(struct gate_files *f)
{
	let_go(&f->older);
	let_go(&f->ours);
}

// is_full says whether there is no room for a verdict in a summary.
static bool is_full(FILE *out)
{
	struct stat st;

	return fstat(fileno(out), &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_size > VERDICT_SUMMARY_MAX - VERDICT_MARKDOWN_MAX;
}

int gate_files_append(const char *path, const struct verdict *v,
                      const struct verdict_about *a)
{
	FILE *out = fopen(path, "ae");
	int err = out ? 0 : -errno;

	if (out && is_full(out))
		complain("%s is full, because the summary of a step may have %d "
		         "kB: the table is in the verdict file only",
		         path, VERDICT_SUMMARY_MAX / 1024);
	else if (out)
		err = verdict_markdown(v, a, out);
	if (out && fclose(out) == EOF && !err)
		err = -errno;
	if (err)
		complain("%s cannot be appended to: %s", path, strerror(-err));
	return err;
}

//---------------------------------------------------------------------------
// Forgetting
//---------------------------------------------------------------------------

void gate_files_forget(const char *path)
{
	const struct verdict none = {.end = VERDICT_UNFINISHED};
	const struct verdict_about about = {
		.base = "", .head = "", .host = "", .version = ""};
	enum verdict_end end;
	char err[512];
	int code, lock;

	if (verdict_check(path, NULL, &end, &code, err, sizeof err) != 0)
		return;
	lock = claim(path);
	if (lock >= 0)
		replace(path, verdict_json, &none, &about, NULL);
	let_go(&lock);
}
