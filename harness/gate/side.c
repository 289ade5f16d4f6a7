// side.c - one side of a gate: a command, its program and its directory.
#include "side.h"

#include "../command_words.h"
#include "../complain.h"
#include "../program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int gate_side_command(struct gate_side *s, const char *option, const char *text)
{
	int err = command_words(&s->given, text);

	if (err == -EINVAL)
		complain("%s is no command: '%.200s' is empty, or a quote is open",
		         option, text);
	if (err)
		return err;
	s->label = strdup(text);
	return s->label ? 0 : -ENOMEM;
}

// from_dir returns the name of the program as it is found from here.
static char *from_dir(const struct gate_side *s)
{
	const char *name = s->given.v[0];
	char *path;

	if (!s->dir || *name == '/' || !strchr(name, '/'))
		return strdup(name);
	return asprintf(&path, "%s/%s", s->dir, name) < 0 ? NULL : path;
}

int gate_side_find(struct gate_side *s)
{
	char *name = from_dir(s);

	if (!name)
		return -ENOMEM;
	s->path = program_path(name);
	free(name);
	return s->path ? 0 : -EINVAL;
}

bool gate_side_asks(const struct gate_side *s)
{
	return command_words_ask(&s->given, COMMAND_MS);
}

int gate_side_length(struct gate_side *s, int ms)
{
	words_free(&s->argv);
	return command_words_with(&s->argv, &s->given, COMMAND_MS, ms);
}

void gate_side_free(struct gate_side *s)
{
	free(s->label);
	free(s->dir);
	free(s->path);
	words_free(&s->given);
	words_free(&s->argv);
	words_free(&s->change);
	*s = (struct gate_side){.label = NULL};
}
