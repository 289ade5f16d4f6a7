# aarch64.cmake - builds for 64-bit Arm on another machine, and runs what was
# built under qemu's user mode.
#
# The compiler and libc are Debian's cross packages. cmocka has none: its arm64
# packages are unpacked under build/, by scripts/setup --aarch64.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)

set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
# Everything that qemu knows, but signatures of return addresses by a cheaper
# function than the processor's: that one makes calls five times as slow.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -cpu max,pauth-impdef=on
	-L /usr/aarch64-linux-gnu)

get_filename_component(unpacked ${CMAKE_CURRENT_LIST_DIR}/../../build/aarch64-root ABSOLUTE)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${unpacked})
set(ENV{PKG_CONFIG_LIBDIR} ${unpacked}/usr/lib/aarch64-linux-gnu/pkgconfig)
