package io.sluice.xds.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Manifests that a test writes down, told as a source tells them. */
public final class FixedWorld implements WorldSource {
  private final List<Manifest> manifests = new ArrayList<>();
  private Consumer<Manifests> listener = now -> {};

  /** Adds the manifests of a file; they must be readable. */
  public FixedWorld with(String file, String text) {
    try {
      manifests.addAll(ManifestReader.read(file, text.getBytes(StandardCharsets.UTF_8)));
    } catch (UnreadableManifestException broken) {
      throw new IllegalArgumentException(file + ":" + broken.line() + " " + broken.getMessage());
    }
    return this;
  }

  /** Tells that now only the manifests of one file exist. */
  public void become(String file, String text) {
    manifests.clear();
    listener.accept(with(file, text).read());
  }

  /** The manifests by themselves. */
  public static List<Manifest> manifests(String file, String text) {
    return new FixedWorld().with(file, text).read().manifests();
  }

  @Override
  public Manifests read() {
    return new Manifests(List.copyOf(manifests), List.of());
  }

  @Override
  public void watch(Consumer<Manifests> listener) {
    this.listener = listener;
  }

  @Override
  public void close() {
    listener = now -> {};
  }
}
