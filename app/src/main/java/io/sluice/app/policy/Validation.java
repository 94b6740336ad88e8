package io.sluice.app.policy;

import io.sluice.xds.crd.Admission;
import io.sluice.xds.crd.Judgement;
import io.sluice.xds.crd.lint.PolicyFinding;
import io.sluice.xds.crd.lint.PolicyLint;
import io.sluice.xds.crd.read.Finding;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.source.ManifestFiles;
import io.sluice.xds.source.Manifests;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One thing that was found in an object, or that nothing was.
 *
 * @param file as it was given, or below a folder as it was given
 * @param line counted from 1; 0 if no line is to blame
 * @param kind empty if not even that could be read
 * @param namespace empty for cluster-wide objects
 * @param name empty if not even that could be read
 * @param level how bad it is
 * @param field the field's path; empty if the whole object is meant
 * @param reason empty if nothing was found
 */
record Validation(
    String file,
    int line,
    String kind,
    String namespace,
    String name,
    Level level,
    String field,
    String reason) {

  /** How bad it is. */
  enum Level {
    /** Nothing was found. */
    OK,
    /** In force, but probably not what was meant. */
    WARN,
    /** Not accepted. */
    ERROR
  }

  /**
   * Judges all objects of the paths as the control plane would take them, all at once.
   *
   * @return in the order of the paths, then of the files' names, then of the lines
   * @throws NoSuchFileException if a path does not exist; its file is the path
   */
  static List<Validation> of(List<Path> paths) throws NoSuchFileException {
    List<Manifest> manifests = new ArrayList<>();
    List<Validation> all = new ArrayList<>();
    Map<String, Integer> order = new HashMap<>();
    for (Path path : paths) {
      Manifests read = ManifestFiles.read(List.of(path));
      List<Validation> unreadable = read.unreadable().stream().map(Validation::unreadable).toList();
      TreeSet<String> files = new TreeSet<>();
      read.manifests().forEach(manifest -> files.add(manifest.file()));
      unreadable.forEach(each -> files.add(each.file));
      files.forEach(file -> order.putIfAbsent(file, order.size()));
      manifests.addAll(read.manifests());
      all.addAll(unreadable);
    }
    Admission.Result admitted = new Admission().admit(manifests);
    Map<String, List<Finding>> lint = new HashMap<>();
    for (PolicyFinding each : PolicyLint.lint(admitted.world().policies())) {
      lint.computeIfAbsent(
              each.policy().kind() + " " + each.policy().fullName(), _ -> new ArrayList<>())
          .add(each.finding());
    }
    for (Judgement judgement : admitted.judgements()) {
      // Of two objects with one name the first is in force, so it takes what was found.
      List<Finding> found = lint.remove(name(judgement.manifest()));
      all.addAll(of(judgement, found == null ? List.of() : found));
    }
    all.sort(
        Comparator.comparingInt((Validation each) -> order.getOrDefault(each.file, 0))
            .thenComparingInt(Validation::line));
    return List.copyOf(all);
  }

  private static String name(Manifest manifest) {
    String namespace = manifest.namespace().isEmpty() ? "" : manifest.namespace() + "/";
    return manifest.kind() + " " + namespace + manifest.name();
  }

  private static List<Validation> of(Judgement judgement, List<Finding> lint) {
    Manifest manifest = judgement.manifest();
    List<Finding> findings = Stream.concat(judgement.findings().stream(), lint.stream()).toList();
    if (findings.isEmpty()) {
      String reason = judgement.relevant() ? "" : "no decision depends on objects of this kind";
      return List.of(of(manifest, manifest.body().line(), Level.OK, "", reason));
    }
    return findings.stream()
        .map(
            finding ->
                of(
                    manifest,
                    finding.line(),
                    Level.valueOf(finding.level().name()),
                    finding.field(),
                    finding.reason()))
        .toList();
  }

  private static Validation of(
      Manifest manifest, int line, Level level, String field, String reason) {
    return new Validation(
        manifest.file(),
        line,
        manifest.kind(),
        manifest.namespace(),
        manifest.name(),
        level,
        field,
        reason);
  }

  private static Validation unreadable(Manifests.Unreadable broken) {
    String source = broken.source();
    int colon = source.lastIndexOf(':');
    boolean withLine = colon >= 0 && source.substring(colon + 1).matches("[1-9][0-9]{0,8}");
    return new Validation(
        withLine ? source.substring(0, colon) : source,
        withLine ? Integer.parseInt(source.substring(colon + 1)) : 0,
        "",
        "",
        "",
        Level.ERROR,
        "",
        broken.reason());
  }
}
