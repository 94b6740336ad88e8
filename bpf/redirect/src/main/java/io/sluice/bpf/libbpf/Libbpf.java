package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of libbpf 1.x that we call. Those that return an {@code int} return a negative
 * errno themselves; those that return a pointer return NULL and set errno.
 */
final class Libbpf {
  private static final SymbolLookup LIBBPF =
      SymbolLookup.libraryLookup(LibbpfPresence.LIBRARY, Arena.global());

  static final MethodHandle OBJECT_OPEN_MEM =
      Native.functionWithErrno(
          LIBBPF,
          "bpf_object__open_mem",
          FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  static final MethodHandle OBJECT_LOAD = returnsInt("bpf_object__load", ADDRESS);
  static final MethodHandle OBJECT_CLOSE =
      Native.function(LIBBPF, "bpf_object__close", FunctionDescriptor.ofVoid(ADDRESS));
  static final MethodHandle FIND_PROGRAM = finds("bpf_object__find_program_by_name");
  static final MethodHandle FIND_MAP = finds("bpf_object__find_map_by_name");
  static final MethodHandle PROGRAM_FD = returnsInt("bpf_program__fd", ADDRESS);
  static final MethodHandle MAP_FD = returnsInt("bpf_map__fd", ADDRESS);
  static final MethodHandle MAP_REUSE_FD = returnsInt("bpf_map__reuse_fd", ADDRESS, JAVA_INT);
  static final MethodHandle MAP_TYPE = returnsInt("bpf_map__type", ADDRESS);
  static final MethodHandle MAP_KEY_SIZE = returnsInt("bpf_map__key_size", ADDRESS);
  static final MethodHandle MAP_VALUE_SIZE = returnsInt("bpf_map__value_size", ADDRESS);
  static final MethodHandle MAP_MAX_ENTRIES = returnsInt("bpf_map__max_entries", ADDRESS);
  static final MethodHandle MAP_INITIAL_VALUE = finds("bpf_map__initial_value");

  static final MethodHandle MAP_UPDATE =
      returnsInt("bpf_map_update_elem", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  static final MethodHandle MAP_LOOKUP =
      returnsInt("bpf_map_lookup_elem", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle MAP_NEXT_KEY =
      returnsInt("bpf_map_get_next_key", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle MAP_DELETE = returnsInt("bpf_map_delete_elem", JAVA_INT, ADDRESS);

  static final MethodHandle PROG_TEST_RUN = returnsInt("bpf_prog_test_run_opts", JAVA_INT, ADDRESS);
  static final MethodHandle PROG_FD_BY_ID = returnsInt("bpf_prog_get_fd_by_id", JAVA_INT);
  static final MethodHandle MAP_FD_BY_ID = returnsInt("bpf_map_get_fd_by_id", JAVA_INT);
  static final MethodHandle INFO_BY_FD =
      returnsInt("bpf_obj_get_info_by_fd", JAVA_INT, ADDRESS, ADDRESS);

  static final MethodHandle PROG_ATTACH_TO_MAP =
      returnsInt("bpf_prog_attach", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  static final MethodHandle LINK_CREATE =
      returnsInt("bpf_link_create", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  static final MethodHandle POSSIBLE_CPUS = returnsInt("libbpf_num_possible_cpus");

  static final MethodHandle TC_HOOK_CREATE = returnsInt("bpf_tc_hook_create", ADDRESS);
  static final MethodHandle TC_HOOK_DESTROY = returnsInt("bpf_tc_hook_destroy", ADDRESS);
  static final MethodHandle TC_ATTACH = returnsInt("bpf_tc_attach", ADDRESS, ADDRESS);
  static final MethodHandle TC_DETACH = returnsInt("bpf_tc_detach", ADDRESS, ADDRESS);
  static final MethodHandle TC_QUERY = returnsInt("bpf_tc_query", ADDRESS, ADDRESS);

  static final MethodHandle PROG_ATTACH =
      returnsInt("bpf_prog_attach_opts", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  static final MethodHandle PROG_DETACH =
      returnsInt("bpf_prog_detach2", JAVA_INT, JAVA_INT, JAVA_INT);
  static final MethodHandle PROG_QUERY =
      returnsInt("bpf_prog_query", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

  static final MethodHandle RING_BUFFER_NEW =
      Native.functionWithErrno(
          LIBBPF,
          "ring_buffer__new",
          FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
  static final MethodHandle RING_BUFFER_POLL = returnsInt("ring_buffer__poll", ADDRESS, JAVA_INT);
  static final MethodHandle RING_BUFFER_CONSUME = returnsInt("ring_buffer__consume", ADDRESS);
  static final MethodHandle RING_BUFFER_FREE =
      Native.function(LIBBPF, "ring_buffer__free", FunctionDescriptor.ofVoid(ADDRESS));

  static final MethodHandle SET_PRINT =
      Native.function(LIBBPF, "libbpf_set_print", FunctionDescriptor.of(ADDRESS, ADDRESS));

  private Libbpf() {}

  private static MethodHandle returnsInt(
      String name, java.lang.foreign.MemoryLayout... parameters) {
    return Native.function(LIBBPF, name, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static MethodHandle finds(String name) {
    return Native.function(LIBBPF, name, FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
  }
}
