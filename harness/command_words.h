// command_words.h - a command on one line, taken apart without a shell.
#ifndef HARNESS_COMMAND_WORDS_H
#define HARNESS_COMMAND_WORDS_H

#include "numbers.h"

#include <stdbool.h>

// command_words appends the words of text: separated by blanks, 'kept together'
// or "kept together", a backslash before what would mean something. Nothing is
// expanded. 0, -EINVAL when a quote is open at the end or there is no word,
// -ENOMEM.
int command_words(struct words *out, const char *text);

// What a gate replaces by a number of milliseconds.
#define COMMAND_MS "{ms}"

// command_words_with appends the words with every asked, such as COMMAND_MS, in them
// replaced by a number, and a NULL, so that v is an argv. 0 or -ENOMEM.
int command_words_with(struct words *out, const struct words *words,
                       const char *asked, int64_t number);

// command_words_ask says whether any of the words has asked in it.
bool command_words_ask(const struct words *words, const char *asked);

#endif
