# One call for each kind of target, so that a room's CMakeLists.txt lists files and nothing else.

# serieslink_library(NAME SRCS ... DEPS ...): a library of hand-written code.
function(serieslink_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  if(ARG_SRCS)
    add_library(${name} STATIC ${ARG_SRCS})
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
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE ${SERIESLINK_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} Threads::Threads)
endfunction()

# serieslink_test(NAME [LABEL unit] [TIMEOUT_S n] SRCS ... DEPS ... [ARGS ...]): one GoogleTest
# program, one CTest entry. LABEL is unit, conformance, property, crash, golden, e2e or tidy.
function(serieslink_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT_S" "SRCS;DEPS;ARGS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT_S)
    set(ARG_TIMEOUT_S 300)
  endif()
  serieslink_binary(${name} SRCS ${ARG_SRCS} DEPS ${ARG_DEPS} GTest::gmock GTest::gtest
                    GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT_S}
                       ENVIRONMENT "SERIESLINK_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()
