// point_options.h - the options that run and sweep have in common.
#ifndef HARNESS_POINT_OPTIONS_H
#define HARNESS_POINT_OPTIONS_H

#include "plugin.h"

// clang-format off
#define POINT_OPTIONS \
	PLUGIN_OPTION, \
	{"subject", 0, "NAMES", \
	 "Who runs the workloads: dyno, under the policies; go, the twins in " \
	 "real Go at the same GOMAXPROCS; threads, one kernel thread for each " \
	 "goroutine on so many CPUs, by affinity. Separated by commas. " \
	 "Default: dyno.", \
	 request_subject}, \
	{"param", 0, "NAME=VALUE", \
	 "Set a parameter of the workload; may be repeated. Times may have " \
	 "a unit (2ms), sizes too (4KiB). dyno sweep takes several values, " \
	 "n=20,25, and runs each. dyno list workloads names the parameters. " \
	 "Default: as --size says.", \
	 request_param}, \
	{"rate", 0, "LIST", \
	 "Requests per second that are offered, such as 500,1k,2.5k, whether " \
	 "the last was answered or not: of a workload in open loop, in the " \
	 "place of its load, or put where the words of --load, or of the " \
	 "program, say {rate}. Default: as the workload says.", \
	 request_rate}, \
	{"find-max", 0, "PARAM", \
	 "Seek, at each combination of the other choices, the highest value " \
	 "of this parameter that keeps --slo: doubling, bisection, and five " \
	 "fresh trials each at the answer and at the next step, 5 % higher. " \
	 "rate is one, of programs the only one; it begins where --rate says.", \
	 request_find_max}, \
	{"slo", 0, "CONDITIONS", \
	 "What must be kept: p50, p90, p99, p99.9 or max, <= and a time, or " \
	 "max(200us,3*@5): at most the larger of 200us and 3 times what it is " \
	 "where the parameter is 5. Several with commas: all of them. Of a " \
	 "program it is a metric's name, <= and a time or a number.", \
	 request_slo}, \
	{"size", 0, "SIZE", \
	 "The workload's default parameters: tiny, small or full. Default: " \
	 "small.", \
	 request_size}, \
	{"duration", 0, "TIME", \
	 "How long the timed rounds of a trial go on, with unit; one round " \
	 "at least. Default: 500ms.", \
	 request_duration}, \
	{"timeout", 0, "TIME", \
	 "When a trial is stopped and counts as failed, with unit. Default: " \
	 "60s.", \
	 request_timeout}, \
	{"max-threads", 0, "N", \
	 "The number of threads whose crossing ends the trial, Go's " \
	 "SetMaxThreads. Default: 10000.", \
	 request_max_threads}, \
	{"stack-guard", 0, "WHEN", \
	 "Guard pages under stacks: auto, always (else refuse) or never. " \
	 "Default: auto.", \
	 request_stack_guard}, \
	{"work-rate", 0, "N", \
	 "How many steps of dy_work make 2^20 ns of CPU, 1024 to 2^30: what " \
	 "another run found here. Default: calibrated once, before the first " \
	 "trial, for all of them.", \
	 request_work_rate}, \
	{"counters", 0, "NAMES", \
	 "What to count beside the scheduler, separated by commas, or none. " \
	 "dyno list counters names them. Default: all that work here.", \
	 request_counters}, \
	{"pin", 0, "PLAN", \
	 "Bind a trial to CPUs: compact (close to each other), scatter (far " \
	 "apart), core (one per core), numa (whole nodes), a list such as " \
	 "0,2-3, or none. The first three take as many CPUs as the largest " \
	 "GOMAXPROCS, so that the CPUs stay the same while GOMAXPROCS " \
	 "changes. dyno sweep takes several, each with an option of its own. " \
	 "Default: none.", \
	 request_pin}, \
	{"pin-ps", 0, NULL, \
	 "Also bind the M of each P to one CPU of the plan in turn, and " \
	 "tell the policy how far apart they are.", \
	 request_pin_ps}, \
	{"env", 0, "NAME=VALUE", \
	 "Set a variable in the environment of the program after --; may be " \
	 "repeated. GOMAXPROCS is what --procs sets.", \
	 request_env}, \
	{"metric", 0, "RULE", \
	 "What is measured of the program: runs (per second), go-bench (Go " \
	 "benchmark text, a metric per name and unit), or a regular " \
	 "expression with a group around a number in its output; of the " \
	 "lines that match, the last counts. A second group is the unit. May " \
	 "be repeated. Default: runs.", \
	 request_metric}, \
	{"better", 0, "WHICH", \
	 "Whether higher or lower is better, of what regular expressions " \
	 "find. Default: higher.", \
	 request_better}, \
	{"load", 0, "COMMAND", \
	 "The program after -- serves, and this loads it: started when " \
	 "--ready says so, its output is measured, and the program is " \
	 "stopped when it has ended. Quotes hold words together; there is no " \
	 "shell. It runs on the CPUs that --pin leaves, if there are any; " \
	 "without --pin the program is bound to as many as the largest " \
	 "--procs, if that leaves some.", \
	 request_load}, \
	{"ready", 0, "WHEN", \
	 "When the load may begin: tcp:PORT or tcp:HOST:PORT (somebody " \
	 "listens), or a regular expression for what the program prints.", \
	 request_ready}, \
	{"schedtrace", 0, "TIME", \
	 "Run each trial a second time, not measured, in which the " \
	 "scheduler says in whole milliseconds apart how many threads, " \
	 "spinning Ms, idle Ps and queued goroutines there are, and keep " \
	 "that: by GODEBUG (behind what you set there) where real Go " \
	 "schedules, or a program after --; by DYNO_DEBUG where Dyno does. " \
	 "Kernel threads have no such scheduler.", \
	 request_schedtrace}, \
	{"threads-every", 0, "TIME", \
	 "How often the threads of the program after -- are looked at: how " \
	 "many there are, how long they ran and how long they waited in run " \
	 "queues; or none. A look costs some ten microseconds for each thread; " \
	 "there are fewer where that is more than a hundredth of a CPU. " \
	 "Default: 20ms.", \
	 request_threads_every}, \
	{"quota", 0, "LIST", \
	 "CPU quotas, such as 0.5,1.5,none: each trial runs in a control " \
	 "group of its own with so many CPUs' worth of time in every 100 ms, " \
	 "and how long it was throttled is kept. Needs the right to make " \
	 "one, or systemd, which gives one to dyno. Default: none.", \
	 request_quota}, \
	{"foreign-limit", 0, "PERCENT", \
	 "How much of the CPU time of a trial's CPUs others may use, such as " \
	 "5%, or none. A trial that had more is kept and marked; dyno sweep " \
	 "repeats its block at the end, half as many blocks as --reps at the " \
	 "most, and none where most were disturbed. Tables leave marked " \
	 "trials out, unless most of a point's are marked. Default: 5%.", \
	 request_foreign_limit}, \
	{"sysroot", 0, "DIR", \
	 "For testing: read what others use from DIR/proc/stat.", \
	 request_sysroot}, \
	{"trial-program", 0, "FILE", \
	 "For testing: the program to run instead of the dyno-trial beside " \
	 "this one.", \
	 request_trial_program}, \
	{"help", 'h', NULL, "Print this page.", NULL}
// clang-format on

#endif
