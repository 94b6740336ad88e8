package io.sluice.proxy.pipeline;

import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.FixedSnapshot;
import io.sluice.proxy.spi.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** The proxy as a process of its own, so that it can run inside a network namespace. */
final class SteeredProxyMain {
  private SteeredProxyMain() {}

  /**
   * Runs until its input ends.
   *
   * @param args the transport and the address of the one endpoint
   */
  public static void main(String[] args) throws IOException {
    InetAddress endpoint = InetAddress.ofLiteral(args[1]);
    CurrentPolicy policy =
        new CurrentPolicy(FixedSnapshot.of(1, endpoint, FixedSnapshot.inspected("http")));
    ProxyConfig config = ProxyConfig.steered(1, Limits.DEFAULTS).on(Transport.valueOf(args[0]));
    try (Proxy proxy = new Proxy(config, policy, List.of(new PassThroughFilter()), flow -> {})) {
      for (Listener listener : proxy.bind()) {
        System.out.printf(
            "%s %s %d%n", listener.direction(), listener.family(), listener.address().getPort());
      }
      System.out.println("READY");
      while (System.in.read() >= 0) {
        // Nothing is told to it but the end.
      }
    }
  }
}
