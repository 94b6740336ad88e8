package io.sluice.xds.stream;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;

/** Where a discovery service is reached; closing it ends every stream. */
public final class DiscoveryServer implements AutoCloseable {
  private final Server server;

  private DiscoveryServer(Server server) {
    this.server = server;
  }

  /**
   * Serves clients of this process.
   *
   * @param name by which an in-process channel finds it
   * @throws IOException if the name is taken
   */
  public static DiscoveryServer inProcess(String name, BindableService service) throws IOException {
    return new DiscoveryServer(
        InProcessServerBuilder.forName(name).addService(service).build().start());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
