package io.sluice.xds.crd.read;

/** A value can't be read as what it should be; the finding says which and why. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Finding finding;

  RejectedException(Finding finding) {
    super(finding.reason());
    this.finding = finding;
  }

  /** What is wrong. */
  public Finding finding() {
    return finding;
  }
}
