// split.c - a command line in one text, into words.
#include "split.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// next copies the word at *text into word and moves behind it. False when a
// quote is not closed.
static bool next(const char **text, char *word, size_t *len)
{
	const char *p = *text;
	char quote = '\0';

	for (*len = 0; *p && (quote || !strchr(" \t\n", *p)); p++)
		if (quote ? *p == quote : *p == '\'' || *p == '"')
			quote = quote ? '\0' : *p;
		else if (*p == '\\' && quote != '\'' && p[1])
			word[(*len)++] = *++p;
		else
			word[(*len)++] = *p;
	*text = p;
	return !quote;
}

int split_words(struct words *list, const char *text)
{
	char *word = malloc(strlen(text) + 1);
	size_t len, n = list->n;
	int err = word ? 0 : -ENOMEM;

	for (;;) {
		text += strspn(text, " \t\n");
		if (err || !*text)
			break;
		err = next(&text, word, &len) ? words_add(list, word, len)
		                              : -EINVAL;
	}
	free(word);
	return !err && list->n == n ? -EINVAL : err;
}
