/**
 * Puts the stages together: the only package that knows them all.
 *
 * <p>Starting points: {@link io.sluice.proxy.pipeline.ConnectionPath}, which is a connection's way
 * read aloud, and {@link io.sluice.proxy.pipeline.Proxy}, which starts it.
 *
 * <p>A whole proxy inside one JVM, without privileges or eBPF, for tests with real sockets:
 *
 * <pre>{@code
 * OriginLookup origins = (remote, local, listener) -> new Origin(remote, serverAddress);
 * try (Proxy proxy =
 *     new Proxy(ProxyConfig.local(Limits.DEFAULTS, origins), policy, List.of(filter), flows)) {
 *   InetSocketAddress ingress = proxy.bind().getFirst().address();
 *   // connect to it: it is as if the client had connected to serverAddress and been steered
 * }
 * }</pre>
 *
 * <p>The origin's client address is bound by the upstream, so it must be one of this machine; all
 * of 127.0.0.0/8 is. A client that binds itself to 127.0.0.2 is another peer than 127.0.0.1.
 *
 * <p>Must not know any protocol.
 */
@NullMarked
package io.sluice.proxy.pipeline;

import org.jspecify.annotations.NullMarked;
