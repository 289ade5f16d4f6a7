# flags.cmake - dyno_flags: what every component is compiled and linked with;
# dyno_plain: the same without the sanitizers.

include(CheckCCompilerFlag)

# GNU C11: the C of the standard, with Linux's interfaces visible.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(dyno_plain INTERFACE)
add_library(dyno_flags INTERFACE)
target_link_libraries(dyno_flags INTERFACE dyno_plain)

target_compile_options(dyno_plain INTERFACE
	$<$<COMPILE_LANGUAGE:C>:-Wall;-Wextra;-Wshadow;-Wconversion;-Wmissing-prototypes>
	$<$<AND:$<BOOL:${DYNO_WERROR}>,$<COMPILE_LANGUAGE:C>>:-Werror>)

# Position-independent executables whatever the compiler's default is; not
# -fPIC, which would make every call inside the library replaceable.
target_compile_options(dyno_plain INTERFACE -fPIE)
target_link_options(dyno_plain INTERFACE
	$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)

# Frame pointers, so that profilers and the preemption check can walk a stack
# that is not the thread's own.
target_compile_options(dyno_plain INTERFACE
	$<$<COMPILE_LANGUAGE:C>:-fno-omit-frame-pointer>)

# A frame larger than a page touches every page of itself, so that a goroutine
# cannot jump over the guard at the end of its stack.
check_c_compiler_flag(-fstack-clash-protection DYNO_HAVE_STACK_CLASH)
if(DYNO_HAVE_STACK_CLASH)
	target_compile_options(dyno_plain INTERFACE
		$<$<COMPILE_LANGUAGE:C>:-fstack-clash-protection>)
endif()

# The runtime's assertions, and the standard library's with them.
if(DYNO_CHECKS)
	target_compile_options(dyno_plain INTERFACE
		$<$<COMPILE_LANGUAGE:C>:-UNDEBUG;-DDYNO_CHECKS=1>)
endif()

if(DYNO_SANITIZE STREQUAL "none")
	# Nothing to add.
elseif(NOT DYNO_SANITIZE MATCHES "^(address|undefined|address,undefined|thread)$")
	message(FATAL_ERROR "DYNO_SANITIZE=${DYNO_SANITIZE} is unknown. "
		"Choose none, address, undefined, address,undefined or thread.")
elseif(DYNO_SANITIZE STREQUAL "thread" AND NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
	# gcc 12's ThreadSanitizer dies at 8128 fibers.
	message(FATAL_ERROR "DYNO_SANITIZE=thread needs clang: "
		"configure with -DCMAKE_C_COMPILER=clang, or use the preset tsan.")
else()
	target_compile_options(dyno_flags INTERFACE
		$<$<COMPILE_LANGUAGE:C>:-fsanitize=${DYNO_SANITIZE};-fno-sanitize-recover=all>)
	target_link_options(dyno_flags INTERFACE -fsanitize=${DYNO_SANITIZE})
endif()

# A call in each basic block, which libdyno takes for a preemption point.
set(DYNO_POLLS -fsanitize-coverage=trace-pc)
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
	set(DYNO_POLLS -fsanitize-coverage=trace-pc,no-prune)
endif()

# Coverage for libFuzzer, without its main.
if(DYNO_FUZZ)
	target_compile_options(dyno_flags INTERFACE
		$<$<COMPILE_LANGUAGE:C>:-fsanitize=fuzzer-no-link>)
	target_link_options(dyno_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
