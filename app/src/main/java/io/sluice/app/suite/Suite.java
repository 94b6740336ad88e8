package io.sluice.app.suite;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * One file of tests, as its author wrote it; nothing that it names has been read.
 *
 * @param file as it was named
 * @param world files and folders of manifests
 * @param policies the same of policies, or policies themselves
 * @param fqdns addresses of names that are taken as learned
 * @param cases at least one
 */
public record Suite(
    String file,
    List<Entry> world,
    List<Entry> policies,
    Map<String, List<InetAddress>> fqdns,
    List<Case> cases) {}
