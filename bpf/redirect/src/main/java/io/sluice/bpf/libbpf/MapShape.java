package io.sluice.bpf.libbpf;

/**
 * What two maps must have in common so that programs made for one can use the other.
 *
 * @param type number of {@code enum bpf_map_type}
 * @param keyBytes size of a key
 * @param valueBytes size of a value
 * @param maxEntries how many entries it may have
 */
public record MapShape(int type, int keyBytes, int valueBytes, int maxEntries) {}
