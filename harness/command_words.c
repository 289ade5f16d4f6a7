// command_words.c - words and quotes as a shell reads them, and nothing else of
// what a shell does: no variables, no patterns, no pipes.
#include "command_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

// next_word copies one word to out, which has room for all of text; it returns
// where it ended, or NULL for an open quote.
static const char *next_word(const char *text, char *out)
{
	char quote = '\0';

	for (; *text && (quote || !strchr(blanks, *text)); text++) {
		if (quote && *text == quote)
			quote = '\0';
		else if (!quote && (*text == '\'' || *text == '"'))
			quote = *text;
		else if (*text == '\\' && quote != '\'' && text[1])
			*out++ = *++text;
		else
			*out++ = *text;
	}
	*out = '\0';
	return quote ? NULL : text;
}

int command_words(struct words *out, const char *text)
{
	char *word = malloc(strlen(text) + 1);
	size_t before = out->n;
	int err = word ? 0 : -ENOMEM;

	text += strspn(text, blanks);
	while (!err && *text) {
		text = next_word(text, word);
		if (!text) {
			err = -EINVAL;
			break;
		}
		err = words_add(out, word, strlen(word));
		text += strspn(text, blanks);
	}
	free(word);
	return !err && out->n == before ? -EINVAL : err;
}

// filled returns a word with what is asked in it replaced; to be freed, NULL
// without memory.
static char *filled(const char *word, const char *asked, int64_t number)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	const char *at;

	if (!f)
		return NULL;
	while ((at = strstr(word, asked))) {
		fprintf(f, "%.*s%lld", (int)(at - word), word, (long long)number);
		word = at + strlen(asked);
	}
	fputs(word, f);
	return fclose(f) == 0 ? text : NULL;
}

int command_words_with(struct words *out, const struct words *words,
                       const char *asked, int64_t number)
{
	for (size_t i = 0; i < words->n; i++) {
		char *word = filled(words->v[i], asked, number);
		int err = word ? words_add(out, word, strlen(word)) : -ENOMEM;

		free(word);
		if (err)
			return err;
	}
	// One more word, taken out of the count again, makes room for the NULL.
	if (words_add(out, "", 0) != 0)
		return -ENOMEM;
	free(out->v[--out->n]);
	out->v[out->n] = NULL;
	return 0;
}

bool command_words_ask(const struct words *words, const char *asked)
{
	for (size_t i = 0; i < words->n; i++)
		if (strstr(words->v[i], asked))
			return true;
	return false;
}
