package io.sluice.app.judge;

import org.jspecify.annotations.Nullable;

/**
 * One question: may this peer reach that one, and say this?
 *
 * @param from {@code namespace/pod}, an address, or an entity that stands for a peer
 * @param to the same, or {@code service:namespace/name}
 * @param traffic on which port
 * @param layer7 what is said, or null: nothing yet
 * @param sni the server name that TLS asks for, empty for none; null: it is not TLS
 */
public record Question(
    String from, String to, Traffic traffic, @Nullable Layer7 layer7, @Nullable String sni) {}
