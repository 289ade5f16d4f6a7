// blocks.c - blocks in seeded order.
#include "blocks.h"

#include <results/random.h>

// stream is where the random numbers of a block begin.
static uint64_t stream(uint64_t seed, size_t number)
{
	return seed + number * UINT64_C(0xd1342543de82ef95);
}

void gate_block(uint64_t seed, size_t number, bool reversed,
                enum gate_arm out[GATE_RUNS])
{
	uint64_t state = stream(seed, number);
	enum gate_arm arm[GATE_ARMS] = {GATE_BASE, GATE_AGAIN, GATE_HEAD};

	for (size_t i = GATE_ARMS; i > 1; i--) {
		size_t j = random_below(&state, i);
		enum gate_arm swap = arm[i - 1];

		arm[i - 1] = arm[j];
		arm[j] = swap;
	}
	for (size_t i = 0; i < GATE_ARMS; i++) {
		enum gate_arm a = arm[reversed ? GATE_ARMS - 1 - i : i];

		out[i] = out[GATE_RUNS - 1 - i] = a;
	}
}

void gate_pair(uint64_t seed, size_t number, bool reversed,
               enum gate_arm out[GATE_PAIR])
{
	uint64_t state = stream(seed, number);
	size_t head = random_below(&state, GATE_PAIR) ^ (reversed ? 1 : 0);

	out[head] = GATE_HEAD;
	out[1 - head] = GATE_AGAIN;
}
