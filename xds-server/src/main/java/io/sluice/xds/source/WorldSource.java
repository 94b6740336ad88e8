package io.sluice.xds.source;

import java.io.IOException;
import java.util.function.Consumer;

/** Tells the manifests of the world: first all of them, then all of them after every change. */
public interface WorldSource extends AutoCloseable {

  /**
   * Reads everything once, on the calling thread.
   *
   * @throws IOException if the source can't be reached; the message says what to do
   */
  Manifests read() throws IOException;

  /**
   * Calls the listener after every later change, on the source's own thread, one call at a time.
   *
   * @param listener must not throw
   * @throws IllegalStateException if nothing was read yet, or if it is watched already
   */
  void watch(Consumer<Manifests> listener);

  /** Ends watching; no call of the listener begins afterwards. */
  @Override
  void close();
}
