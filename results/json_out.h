// json_out.h - values of unknown origin as JSON that every reader takes.
#ifndef RESULTS_JSON_OUT_H
#define RESULTS_JSON_OUT_H

#include <jansson.h>
#include <stdio.h>

// json_out_text is a string, cleaned as utf8_clean does when it is not UTF-8.
json_t *json_out_text(const char *s);

// json_out_number is null when v is not finite.
json_t *json_out_number(double v);

// json_out_dump writes a document and a line end, and gives the document back.
// 0, -ENOMEM when doc is NULL, -EIO when the stream fails.
int json_out_dump(json_t *doc, FILE *out);

// json_out_print is the same on standard output, with numbers of so many significant
// digits.
int json_out_print(json_t *doc, int digits);

#endif
