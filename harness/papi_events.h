// papi_events.h - one PAPI event set per thread, and the sum over threads.
//
// The choice of events is made once, on the main thread; every thread then
// counts the same events, by code.
#ifndef HARNESS_PAPI_EVENTS_H
#define HARNESS_PAPI_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

enum { PAPI_EVENTS_MAX = 12 };

// papi_events_open readies the library; false, with the reason in why.
bool papi_events_open(char *why, size_t whylen);
void papi_events_close(void);

// papi_events_choose adds an event to what threads will count, if it can be
// counted beside those chosen so far: its slot, or -1 with the reason in why.
// Main thread only.
int papi_events_choose(const char *event, char *why, size_t whylen);

// papi_events_user_only: the kernel lets us count in user mode only.
bool papi_events_user_only(void);

// papi_events_thread_start and _stop enclose what the calling thread counts.
// Given a place, stop puts the thread's own values there; else it adds them to
// the total. False on a failure, which papi_events_why tells.
bool papi_events_thread_start(void);
bool papi_events_thread_stop(long long *own);

// papi_events_total is what all threads added; false when one of them failed or
// still counts, so that the sum would be too small.
bool papi_events_total(long long *total);
const char *papi_events_why(void);

#endif
