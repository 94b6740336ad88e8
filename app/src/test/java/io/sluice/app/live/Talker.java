package io.sluice.app.live;

import io.sluice.app.lab.NetworkNamespace;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client that keeps its connection as long as it may, and then opens the next one. */
final class Talker implements AutoCloseable {
  private final NetworkNamespace from;
  private final String server;
  private final int mostRequests;
  private @Nullable RawConnection connection;
  private int requests;
  private int toldToClose;

  /**
   * Makes one without a connection.
   *
   * @param mostRequests after so many on one connection it closes that itself
   */
  Talker(NetworkNamespace from, String server, int mostRequests) {
    this.from = from;
    this.server = server;
    this.mostRequests = mostRequests;
  }

  /** One request; whatever is not its answer is a failure. */
  void ask() throws IOException {
    RawConnection open = connection;
    if (open == null) {
      open = RawConnection.open(from, server, 80);
      connection = open;
      requests = 0;
    }
    boolean answered = false;
    try {
      RawConnection.Answer answer = open.ask(RawConnection.request("GET", "/public/x"));
      if (answer.status() != 200) {
        throw new IOException("status " + answer.status());
      }
      boolean last = answer.head().toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
      toldToClose += last ? 1 : 0;
      answered = !last && ++requests < mostRequests;
    } finally {
      if (!answered) {
        close();
      }
    }
  }

  /** How often it was told that its connection ends. */
  int toldToClose() {
    return toldToClose;
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
