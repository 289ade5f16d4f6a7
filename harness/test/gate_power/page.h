// page.h - what power.json says, for people.
#ifndef HARNESS_TEST_GATE_POWER_PAGE_H
#define HARNESS_TEST_GATE_POWER_PAGE_H

#include <jansson.h>
#include <stdio.h>

// page_print writes tables; page_markdown README.md. 0, -ENOMEM or -EIO.
int page_print(const json_t *document, FILE *out);
int page_markdown(const json_t *document, FILE *out);

#endif
