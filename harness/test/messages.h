// messages.h - what complain says, caught inside a test.
#ifndef HARNESS_TEST_MESSAGES_H
#define HARNESS_TEST_MESSAGES_H

#include <stddef.h>

// messages_catch sends standard error elsewhere until messages_caught, which
// writes what came, cut to size, into text and gives standard error back.
void messages_catch(void);
void messages_caught(char *text, size_t size);

#endif
