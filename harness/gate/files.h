// files.h - the files of a verdict: there from the start, each whole or not at
// all, and of one gate at a time.
#ifndef HARNESS_GATE_FILES_H
#define HARNESS_GATE_FILES_H

#include <results/verdict_file.h>

// Set by the caller: what is written; NULL: it is not.
struct gate_files {
	const char *verdict, *summary, *junit;
	// Its own: held on the verdict file as it was, and as it is now; -1: not.
	int older, ours;
};

// gate_files_begin makes the verdict file say what v says, unfinished, and this
// gate's until gate_files_free or the end of the process. 0; -EBUSY when another
// gate that is at work has it, or another -errno, after a message.
int gate_files_begin(struct gate_files *f, const struct verdict *v,
                     const struct verdict_about *a);

// gate_files_end writes all of them. 0, or the first -errno after a message on
// each that could not be written; -EBUSY when another gate has taken the verdict
// file meanwhile, because somebody had removed it.
int gate_files_end(const struct gate_files *f, const struct verdict *v,
                   const struct verdict_about *a);

void gate_files_free(struct gate_files *f);

// gate_files_append appends Markdown to a summary, unless that would then be
// larger than the summary of a step may be, which is told. 0 or -errno after a
// message.
int gate_files_append(const char *path, const struct verdict *v,
                      const struct verdict_about *a);

// gate_files_forget makes an older verdict say that no gate came to its end. A
// file that is no verdict, or another gate's that is at work, is left alone.
void gate_files_forget(const char *path);

#endif
