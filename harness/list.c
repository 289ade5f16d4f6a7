// list.c - what the parts of dyno list share.
#include "list.h"

#include <stdio.h>

const char *list_kind(enum wl_kind kind)
{
	static const char *const names[] = {"CPU", "I/O", "CPU and I/O"};

	return names[kind];
}

int list_row(struct table *t, const char *a, const char *b, const char *c)
{
	const char *cell[] = {a, b, c};

	return table_row(t, cell);
}

int list_finish(struct table *t, int err)
{
	if (!err)
		err = table_print(t, stdout);
	table_free(t);
	return err;
}
