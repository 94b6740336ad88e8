package io.sluice.proxy.config;

/** A configuration that can't be used; the message names file, line, key, and what was expected. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
