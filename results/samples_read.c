// samples_read.c - finds out what lies at a path, and reads it.
//
// A directory, or a file that begins as SQLite's do, is a store; a file whose
// first character is a brace is JSON; everything else is Go benchmark text.
#include "file.h"
#include "gobench.h"
#include "samples.h"
#include "samples_json.h"
#include "samples_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST = 256 << 20 };

static bool is_database(const char *text)
{
	return !strncmp(text, "SQLite format 3", 15);
}

static int read_text(struct samples *s, const char *path, char *text, char *err,
                     size_t errlen)
{
	char why[256] = "";
	int failed;
	if (text[strspn(text, " \t\r\n")] == '{')
		failed = samples_json_read(s, text, why, sizeof why);
	else
		failed = gobench_read(s, text);
	if (failed == -EINVAL)
		snprintf(err, errlen, "%s: %s", path, why);
	else if (failed == -E2BIG)
		snprintf(err, errlen, "%s: more than %d rows or %d values",
		         path, SAMPLES_ROWS, SAMPLES_VALUES);
	else if (failed)
		snprintf(err, errlen, "%s: out of memory", path);
	return failed;
}

static int read_file(struct samples *s, const char *path, char *err, size_t errlen)
{
	char *text = file_read(path, LONGEST);
	if (!text) {
		int cause = errno;
		snprintf(err, errlen, "%s: %s", path, strerror(cause));
		return -cause;
	}
	if (is_database(text)) {
		free(text);
		char dir[4096];
		const char *slash = strrchr(path, '/');
		snprintf(dir, sizeof dir, "%.*s",
		         slash ? (int)(slash - path) : 1, slash ? path : ".");
		return samples_store_read(s, *dir ? dir : "/", err, errlen);
	}
	int failed = read_text(s, path, text, err, errlen);
	free(text);
	return failed;
}

int samples_read(struct samples *s, const char *path, char *err, size_t errlen)
{
	struct stat st;
	size_t before = s->n;
	if (stat(path, &st) < 0) {
		int cause = errno;
		snprintf(err, errlen, "%s: %s", path, strerror(cause));
		return -cause;
	}
	int failed = S_ISDIR(st.st_mode)
	                     ? samples_store_read(s, path, err, errlen)
	                     : read_file(s, path, err, errlen);
	if (!failed && s->n == before) {
		snprintf(err, errlen,
		         "%s: no results in it; Go benchmark text, "
		         "JSON of dyno or the directory of a sweep "
		         "would be right",
		         path);
		failed = -EINVAL;
	}
	return failed;
}
