// inserted.h - the polls that a compiler inserts, for who does it by hand.
#ifndef PORT_LINUX_INSERTED_H
#define PORT_LINUX_INSERTED_H

#include <stdbool.h>

// port_polled: do polls look?
bool port_polled(void);

// The name is the compilers'.
void __sanitizer_cov_trace_pc(void);

#endif
