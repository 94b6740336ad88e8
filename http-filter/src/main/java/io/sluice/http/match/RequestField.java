package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;

/** The parts of a request that are looked up in an index. */
enum RequestField {
  /** The canonical path with its query. */
  PATH("path", ":path"),
  /** The method. */
  METHOD("method", ":method"),
  /** The canonical authority. */
  HOST("host", ":authority");

  private final String label;
  private final String header;

  RequestField(String label, String header) {
    this.label = label;
    this.header = header;
  }

  /** The field's name in the policy language. */
  String label() {
    return label;
  }

  /** The field's name in a resource. */
  String header() {
    return header;
  }

  byte[] bytes(RequestHead request) {
    return switch (this) {
      case PATH -> request.path();
      case METHOD -> request.bytes();
      case HOST -> request.authority();
    };
  }

  int from(RequestHead request) {
    return switch (this) {
      case PATH -> request.pathFrom();
      case METHOD -> request.methodFrom();
      case HOST -> request.authorityFrom();
    };
  }

  int to(RequestHead request) {
    return switch (this) {
      case PATH -> request.pathTo();
      case METHOD -> request.methodTo();
      case HOST -> request.authorityTo();
    };
  }
}
