package io.sluice.xds.crd;

import io.sluice.xds.crd.read.Finding;
import io.sluice.xds.source.Manifest;
import java.util.List;

/**
 * What came of one manifest.
 *
 * @param manifest what was judged, in the namespace that it is in
 * @param relevant whether any decision depends on objects of its kind
 * @param findings in the order of the file; with an error among them it is not accepted
 */
public record Judgement(Manifest manifest, boolean relevant, List<Finding> findings) {}
