// html.h - text of unknown origin in HTML and XML.
#ifndef RESULTS_HTML_H
#define RESULTS_HTML_H

#include <stdio.h>

// html_text writes s so that it is text and nothing else, in an element or in a
// quoted attribute. What is not printable UTF-8 becomes '?'; line ends stay.
void html_text(FILE *out, const char *s);

#endif
