// cmd_doctor.c - dyno doctor: is this machine fit to measure on, and what to
// change.
#include "commands.h"
#include "complain.h"
#include "doctor/doctor.h"
#include "exit_codes.h"
#include "interrupt.h"
#include "options.h"

#include <results/json_out.h>

static const struct option_def options[] = {
	{"duration", 0, "TIME",
         "How long the short run takes, with unit, 100ms to 60s. Default: 2s.",
         request_duration},
	{"json", 0, NULL, "Print one JSON object instead of a table.",
         request_json},
	{"sysroot", 0, "DIR",
         "Look at DIR/proc and DIR/sys instead of this machine's; the short run "
         "and the counters are this machine's all the same.",
         request_sysroot},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

#define SHORTEST UINT64_C(100000000)
#define LONGEST UINT64_C(60000000000)
#define USUAL UINT64_C(2000000000)

static int doctor(struct request *r)
{
	struct findings f;
	json_t *facts;
	uint64_t ns = r->given[KEY_DURATION] ? r->duration : USUAL;
	int err;

	if (ns < SHORTEST || ns > LONGEST) {
		complain("--duration of the short run is from 100ms to 60s");
		return EXIT_USAGE;
	}
	if (r->words.n) {
		complain("unexpected word '%.64s': doctor takes options only",
		         r->words.v[0]);
		return EXIT_USAGE;
	}
	facts = doctor_facts(r->sysroot ? r->sysroot : "", ns);
	if (!facts) {
		complain("no memory to look at the machine");
		return EXIT_INTERNAL;
	}
	if (interrupt_seen()) {
		complain("interrupted");
		json_decref(facts);
		return EXIT_INTERRUPTED;
	}
	findings_judge(&f, facts);
	err = r->json ? json_out_print(doctor_json(&f, facts), 6)
	              : doctor_print(&f);
	json_decref(facts);
	if (err)
		return EXIT_INTERNAL;
	return findings_count(&f, FINDING_CHANGE) ? EXIT_NOISY : EXIT_DONE;
}

static const struct command command = {
	.name = "dyno doctor",
	.summary = "is this machine fit to measure on, and what to change",
	.synopsis = "[OPTION]...",
	.description =
		"Looks at what makes measurements differ for no reason of the "
		"program's: other load, stolen time, quotas, frequency and turbo, "
		"shared cores, idle states, the clock, huge pages, memory layout, "
		"which counters work, and what the runner costs a trial (a trial of "
		"the workload that does nothing). A short run keeps every CPU busy and "
		"tells what part of its time was lost. Each finding is fine, to "
		"be known, to be changed, or unknown where the machine does not "
		"tell; what is not fine comes with what to do. No privileges are "
		"needed. The facts are those that are stored with every trial.",
	.options = options,
	.notes = "EXIT STATUS\n"
		 "       0    nothing is to be changed\n"
		 "       1    dyno failed\n"
		 "       2    the command line is wrong\n"
		 "       4    something is to be changed before measuring\n"
		 "       130  interrupted\n",
	.examples = "       dyno doctor\n"
		    "       dyno doctor --duration 10s --json >doctor.json\n",
	.run = doctor,
};

int cmd_doctor(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
