// sim.h - what the files of the virtual machine share.
#ifndef PORT_SIM_SIM_H
#define PORT_SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

// sim_wait suspends the current M until done(arg) holds or the deadline has
// passed; it returns whether done holds. done must not wait.
bool sim_wait(bool (*done)(void *arg), void *arg, uint64_t deadline);

// sim_charge lets the current M pass ns of virtual time.
void sim_charge(uint64_t ns);

// sim_random returns a number in [0, n) of the schedule's stream.
uint32_t sim_random(uint32_t n);

// sim_seed returns the seed of the schedule: DYNO_SIM_SEED, or 1.
uint64_t sim_seed(void);

#endif
