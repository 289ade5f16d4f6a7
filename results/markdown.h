// markdown.h - text of unknown origin in Markdown.
#ifndef RESULTS_MARKDOWN_H
#define RESULTS_MARKDOWN_H

#include <stdio.h>

// markdown_text writes s, which is on one line, so that nothing in it is markup,
// a mention or the end of a table's cell.
void markdown_text(const char *s, FILE *out);

#endif
