# One call for each kind of target, so that a room's CMakeLists.txt lists files and nothing else.

# Most of what a compiler does for a file is to read headers of gRPC, Protocol Buffers and our own
# messages: several files of a target are compiled as one, which takes a third of the time. OFF gives
# each file an object of its own, and compile_commands.json an entry for each.
option(SERIESLINK_UNITY "Compile several files of a target as one" ON)
set(SERIESLINK_UNITY_FILES 8)

function(serieslink_compile_together name)
  if(SERIESLINK_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON
                          UNITY_BUILD_BATCH_SIZE ${SERIESLINK_UNITY_FILES})
  endif()
endfunction()

# serieslink_library(NAME SRCS ... DEPS ...): a library of hand-written code.
function(serieslink_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  if(ARG_SRCS)
    add_library(${name} STATIC ${ARG_SRCS})
    serieslink_compile_together(${name})
    target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_compile_options(${name} PRIVATE ${SERIESLINK_WARNINGS})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} Threads::Threads)
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} INTERFACE ${ARG_DEPS} Threads::Threads)
  endif()
endfunction()

# serieslink_binary(NAME SRCS ... DEPS ...): a program of hand-written code.
function(serieslink_binary name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  serieslink_compile_together(${name})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE ${SERIESLINK_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} Threads::Threads)
endfunction()

# Everything that the unit tests of storage and of the cores need: what the sanitizer jobs build.
# Neither links a gRPC server, which keeps those jobs short and their reports true.
add_custom_target(core_tests)

# serieslink_test(NAME [LABEL unit] [TIMEOUT_S n] SRCS ... DEPS ... [ARGS ...]): one GoogleTest
# program, one CTest entry. LABEL is unit, conformance, property, crash, golden, e2e or tidy.
# Unit tests under storage/ and services/*/core also carry the label core.
function(serieslink_test name)
  if(NOT SERIESLINK_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT_S" "SRCS;DEPS;ARGS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT_S)
    set(ARG_TIMEOUT_S 300)
  endif()
  serieslink_binary(${name} SRCS ${ARG_SRCS} DEPS ${ARG_DEPS} GTest::gmock GTest::gtest
                    GTest::gtest_main)
  set(labels ${ARG_LABEL})
  list(TRANSFORM ARG_SRCS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE sources)
  if(ARG_LABEL STREQUAL "unit" AND "${sources}" MATCHES "${PROJECT_SOURCE_DIR}/(storage|services/[a-z_]+/core)/")
    list(APPEND labels core)
    add_dependencies(core_tests ${name})
  endif()
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${ARG_TIMEOUT_S}
                       ENVIRONMENT "SERIESLINK_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()

# serieslink_script_test(NAME [LABEL tidy] [TIMEOUT_S n] COMMAND ...): a CTest entry that runs a
# program of the source tree, with the source folder as its working directory.
function(serieslink_script_test name)
  if(NOT SERIESLINK_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT_S" "COMMAND" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL tidy)
  endif()
  if(NOT ARG_TIMEOUT_S)
    set(ARG_TIMEOUT_S 300)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT_S}
                       ENVIRONMENT "SERIESLINK_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()
