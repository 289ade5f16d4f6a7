// mounts.c - lines of /proc/PID/mountinfo.
//
//	36 35 98:0 /root /point rw,noatime master:1 - cgroup2 source rw,opt
//	(1)(2)(3)  (4)   (5)    (6)        (7)      8 (9)     (10)   (11)
//
// (7) stands any number of times, also never. Blanks, tabs, line ends and
// backslashes in (4), (5) and (10) are written in octal: "\040".
//
// Source: proc(5).
#include "mounts.h"

#include <stddef.h>
#include <string.h>

// octal reads three octal digits: 0 to 255, or -1.
static int octal(const char *s)
{
	int v = 0;

	for (int i = 0; i < 3; i++) {
		if (s[i] < '0' || s[i] > '7')
			return -1;
		v = v * 8 + (s[i] - '0');
	}
	return v <= 255 ? v : -1;
}

static bool unescape(char *s)
{
	char *to = s;

	while (*s) {
		int c = *s == '\\' ? octal(s + 1) : (unsigned char)*s;

		if (c <= 0)
			return false;
		s += *s == '\\' ? 4 : 1;
		*to++ = (char)c;
	}
	*to = '\0';
	return true;
}

bool mount_parse(char *line, struct mount *m)
{
	char *save = NULL, *field = strtok_r(line, " ", &save);

	for (int i = 0; field && i < 3; i++)
		field = strtok_r(NULL, " ", &save);
	m->root = field;
	m->point = field ? strtok_r(NULL, " ", &save) : NULL;
	while (field && strcmp(field, "-") != 0)
		field = strtok_r(NULL, " ", &save);
	m->type = field ? strtok_r(NULL, " ", &save) : NULL;
	field = m->type ? strtok_r(NULL, " ", &save) : NULL;
	m->options = field ? strtok_r(NULL, " ", &save) : NULL;
	return m->options && *m->root == '/' && *m->point == '/' &&
	       unescape(m->root) && unescape(m->point);
}

bool mount_option(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list) {
		size_t len = strcspn(list, ",");

		if (len == n && strncmp(list, word, n) == 0)
			return true;
		list += len + (list[len] == ',');
	}
	return false;
}
