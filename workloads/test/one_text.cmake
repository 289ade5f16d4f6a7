# one_text.cmake - is all code of the merged object in the section dy_text?
#
# Usage: cmake -DREADELF=... -DOBJECT=... -P one_text.cmake. Code in another
# section would silently never be preempted by a signal.
execute_process(COMMAND ${READELF} -SW ${OBJECT}
	OUTPUT_VARIABLE sections RESULT_VARIABLE failed)
if(failed)
	message(FATAL_ERROR "cannot read the sections of ${OBJECT}")
endif()
# The columns are name, type, address, offset, size, entry size, flags.
string(REGEX MATCHALL
	"[^ \n]+ +[A-Z_]+ +[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ [0-9a-f]+ +[A-Z]*X[A-Z]* "
	code "${sections}")
list(LENGTH code n)
if(NOT n EQUAL 1 OR NOT code MATCHES "^dy_text ")
	list(TRANSFORM code REPLACE " .*" "")
	message(FATAL_ERROR "code is in the sections ${code}, not in dy_text alone")
endif()
