// sim.h - what the files of the virtual machine share.
#ifndef PORT_SIM_SIM_H
#define PORT_SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

// sim_wait suspends the current M until done(arg) holds or the deadline has
// passed; it returns whether done holds. done must not wait.
bool sim_wait(bool (*done)(void *arg), void *arg, uint64_t deadline);

// sim_hold lets no other M go on until sim_go_on: for a signal handler.
void *sim_hold(void);
void sim_go_on(void *turn);

// sim_charge lets the current M pass ns of virtual time.
void sim_charge(uint64_t ns);

// sim_random returns a number in [0, n) of the schedule's stream.
uint32_t sim_random(uint32_t n);

// sim_mix scatters a number (the finalizer of Steele, Lea and Flood's splitmix);
// SIM_WEYL is the step of the sequence that it is applied to.
#define SIM_WEYL UINT64_C(0x9e3779b97f4a7c15)
static inline uint64_t sim_mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

// sim_seed returns the seed of the schedule: DYNO_SIM_SEED, or 1.
uint64_t sim_seed(void);

#endif
