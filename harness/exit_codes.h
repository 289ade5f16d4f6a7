// exit_codes.h - what the dyno command's exit status means.
#ifndef HARNESS_EXIT_CODES_H
#define HARNESS_EXIT_CODES_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_INTERNAL = 1, // the harness itself failed: a full disk, a lost file
	EXIT_USAGE = 2,    // the command line asks for what is not there
	EXIT_NOISY = 4, // a machine that is not fit, or a result that is not clear
	EXIT_SUBJECT = 6, // a trial crashed, hung, failed or answered wrongly
	EXIT_STARVED = 7, // dyno-trial only: no progress because of the M cap
	EXIT_HOOK = 8,    // dyno-trial only: a plugin's hook faulted or hung
	EXIT_UNSUPPORTED = 77,  // dyno-trial only: this machine cannot run it
	EXIT_INTERRUPTED = 130, // stopped by a signal; the store can be resumed
};

#endif
