// self.h - the current M: one host thread, one word.
#ifndef PORT_SIM_SELF_H
#define PORT_SIM_SELF_H

struct m;

extern struct m *port_sim_m;

static inline struct m *port_m(void)
{
	return port_sim_m;
}

#endif
