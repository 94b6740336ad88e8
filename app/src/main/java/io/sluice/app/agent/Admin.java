package io.sluice.app.agent;

import io.sluice.proxy.admin.AdminPages;
import io.sluice.proxy.admin.AdminServer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The admin address: had by one agent at a time, and so opened and closed with its charge. */
final class Admin implements AutoCloseable {
  private final String address;
  private final boolean anyInterface;
  private final AdminPages pages;
  private @Nullable AdminServer server;

  /** One that is not open yet; the parameters are those of {@link AdminServer#start}. */
  Admin(String address, boolean anyInterface, AdminPages pages) {
    this.address = address;
    this.anyInterface = anyInterface;
    this.pages = pages;
  }

  /**
   * Answers questions from now on.
   *
   * @throws IOException if the address is not to be had; the message names it
   */
  synchronized void open() throws IOException {
    if (server == null) {
      server = AdminServer.start(address, anyInterface, pages);
    }
  }

  /** Answers none any more, and lets go of the address. */
  @Override
  public synchronized void close() throws IOException {
    AdminServer open = server;
    server = null;
    if (open != null) {
      open.close();
    }
  }
}
