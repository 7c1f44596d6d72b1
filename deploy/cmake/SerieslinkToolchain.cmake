# Language level, warnings and sanitizers for our own code.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(SERIESLINK_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

# Named points at which a test may kill the process (storage/base/fault_point.h). Off in what is
# installed: nobody can kill that through its environment.
option(SERIESLINK_FAULT_POINTS "Compile fault points in" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

find_program(LLD_PROGRAM ld.lld)
if(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()

# Absolute paths never enter an object file: builds in different folders share ccache entries, and
# no binary tells where it was built.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -fno-omit-frame-pointer)

if(SERIESLINK_SANITIZE)
  add_compile_options(-fsanitize=${SERIESLINK_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SERIESLINK_SANITIZE})
endif()

# Warnings for hand-written code; generated code is compiled without them.
# GCC 12 sees overlapping copies in std::string where there are none (GCC bug 105651), when optimising.
set(SERIESLINK_WARNINGS -Wall -Wextra -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND SERIESLINK_WARNINGS -Wno-restrict)
endif()
# Of types in anonymous namespaces it warns where they stand in headers, which the files are to it that
# are compiled as one (SERIESLINK_UNITY).
list(APPEND SERIESLINK_WARNINGS -Wno-subobject-linkage)
