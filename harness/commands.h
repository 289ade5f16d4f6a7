// commands.h - the commands of dyno. Each takes its own arguments, its name
// first, and returns an exit code.
#ifndef HARNESS_COMMANDS_H
#define HARNESS_COMMANDS_H

int cmd_list(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_gate(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_why(int argc, char **argv);

// The section EXIT STATUS of every manual page.
#define EXIT_STATUS_NOTES \
	"EXIT STATUS\n" \
	"       0    done\n" \
	"       1    the harness failed: a full disk, a program that is not " \
	"there\n" \
	"       2    the command line is wrong\n" \
	"       6    a trial crashed, hung, failed or answered wrongly; it " \
	"is recorded\n" \
	"       130  interrupted; a sweep can be resumed\n"

#endif
