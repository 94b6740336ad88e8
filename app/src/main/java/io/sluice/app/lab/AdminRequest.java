package io.sluice.app.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One GET over a socket of the calling thread's own namespace. */
final class AdminRequest {
  private static final int TIMEOUT_MILLIS = 5_000;

  private AdminRequest() {}

  /** The answer, or status 0 if nobody listens there or it breaks off. */
  static AgentProcess.Answer get(int port, String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    // A kept connection would be reused for another lab, whose node has the same address.
    connection.setRequestProperty("Connection", "close");
    try {
      int status = connection.getResponseCode();
      try (InputStream body =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
        return new AgentProcess.Answer(status, text);
      }
    } catch (IOException e) {
      return new AgentProcess.Answer(0, "");
    } finally {
      connection.disconnect();
    }
  }
}
