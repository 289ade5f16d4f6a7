// go_binary.h - what a Go program's file says of how it was built.
#ifndef HARNESS_WHY_GO_BINARY_H
#define HARNESS_WHY_GO_BINARY_H

enum go_binary_kind {
	GO_BINARY_OTHER,  // an ELF file, and no Go program
	GO_BINARY_NO_ELF, // a script, say
	GO_BINARY_UNREADABLE,
	GO_BINARY_UNVERSIONED, // a Go program that does not say which Go
	GO_BINARY_GO,
};

// The release of a toolchain whose version says nothing that we know.
#define GO_RELEASE_UNKNOWN (-1)

struct go_binary {
	enum go_binary_kind kind;
	int error;         // of GO_BINARY_UNREADABLE, -errno
	char version[128]; // "go1.26.8", as it is written there
	int release;       // 26 of it, or GO_RELEASE_UNKNOWN
	char module[256];  // main package's path; "" where it is not said
	// DefaultGODEBUG: what the go line of go.mod and //go:debug lines chose.
	char godebug[2048];
	char automaxprocs[64]; // version of go.uber.org/automaxprocs, or ""
};

// go_binary_read reads the build information of the file, which stays open.
void go_binary_read(struct go_binary *b, int fd);

// go_release takes the 26 out of "go1.26.8" or "devel go1.27-7a2b3c4".
int go_release(const char *version);

#endif
