// subject.h - who runs a workload: Dyno under a policy, kernel threads, real Go.
//
// In a plan, a table and a chart the last two stand where a policy does: the word
// says who schedules. They take no M cap.
#ifndef HARNESS_SUBJECT_H
#define HARNESS_SUBJECT_H

#include <stdbool.h>

struct request;

enum subject { SUBJECT_DYNO, SUBJECT_THREADS, SUBJECT_GO, SUBJECTS };

// subject_of returns who a point's policy means.
enum subject subject_of(const char *policy);
const char *subject_name(enum subject s);

// subject_program returns the path of the program that runs a workload for it, to
// be freed; NULL after a message that says how to come by it. given: in place of
// dyno-trial, or NULL.
char *subject_program(enum subject s, const char *given);

// request_subject takes "dyno,go,threads": 0, or -EINVAL after a message.
// subjects_fill_in adds to the policies of a request what it has asked for so.
int request_subject(struct request *r, const char *text);
int subjects_fill_in(struct request *r);

#endif
