// findings.h - what a machine's facts mean for a measurement, and what to do.
#ifndef HARNESS_DOCTOR_FINDINGS_H
#define HARNESS_DOCTOR_FINDINGS_H

#include <jansson.h>
#include <stddef.h>

enum finding_level {
	FINDING_FINE,
	FINDING_KNOW,   // it bends results; to be known when they are read
	FINDING_CHANGE, // it spoils them; to be changed before measuring
	FINDING_UNKNOWN,
	FINDING_LEVELS,
};

enum { FINDINGS_MAX = 24 };

struct finding {
	const char *name;
	enum finding_level level;
	char value[96]; // what was found
	char text[400]; // what it means and what to do; "" where it is fine
};

struct findings {
	struct finding v[FINDINGS_MAX];
	size_t n;
};

// findings_judge judges facts such as machine_facts gives, with those that
// doctor_facts adds. What is not among them is unknown.
void findings_judge(struct findings *out, const json_t *facts);

// findings_count counts those of a level.
size_t findings_count(const struct findings *f, enum finding_level level);

const char *finding_level_name(enum finding_level level); // "fine", ...

#endif
