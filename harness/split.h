// split.h - a command line in one text, into words.
#ifndef HARNESS_SPLIT_H
#define HARNESS_SPLIT_H

#include "numbers.h"

#include <stdbool.h>

// split_words appends the words of text: blanks lie between them; within '...'
// everything is meant as it is, within "..." and outside a backslash takes the
// next character as it is. Nothing else is special. 0, -EINVAL when a quote is
// not closed or there are no words, -ENOMEM.
int split_words(struct words *list, const char *text);

#endif
