package io.sluice.bpf.nft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What {@code nft -f -} is told, in two transactions. The first makes all chains of a state and has
 * the base chains, which only say where to go, say so: so there is no moment without rules. The
 * second takes away the chains of the state before. In one transaction the kernel would take the
 * elements of their maps away while packets are still looked up in them, which then find nothing.
 */
final class Script {
  static final String TABLE = "inet sluice";

  private static final String GENERATION = "g";

  private final Map<String, String> baseChains = new LinkedHashMap<>();
  private final Map<String, List<String>> chains = new LinkedHashMap<>();
  private final int generation;

  /**
   * Starts an empty one.
   *
   * @param generation tells its chains from those of the script before
   */
  Script(int generation) {
    this.generation = generation;
  }

  /** The generation of a chain by its name in the kernel; -1 if it has none. */
  static int generationOf(String chain) {
    return chain.matches(GENERATION + "\\d{1,9}_.*")
        ? Integer.parseInt(chain.substring(GENERATION.length(), chain.indexOf('_')))
        : -1;
  }

  /** Declares a chain that the kernel itself calls, as {@code type … hook … priority …}. */
  void base(String name, String declaration) {
    baseChains.put(name, declaration);
    chains.put(name, new ArrayList<>());
  }

  /** Adds a rule at the end of a chain, which is made if it is not there. */
  void rule(String chain, String rule) {
    chains.computeIfAbsent(chain, _ -> new ArrayList<>()).add(rule);
  }

  /** The verdict that goes on in another chain for good. */
  String goTo(String chain) {
    return "goto " + nameOf(chain);
  }

  /** The verdict that goes on in another chain, and comes back where that says nothing. */
  String jump(String chain) {
    return "jump " + nameOf(chain);
  }

  /** {@code expression vmap { key : verdict, … }}; nothing if there are no verdicts. */
  void decide(String chain, String expression, Map<String, String> verdicts) {
    if (verdicts.isEmpty()) {
      return;
    }
    StringJoiner elements = new StringJoiner(", ", " vmap { ", " }");
    verdicts.forEach((key, verdict) -> elements.add(key + " : " + verdict));
    rule(chain, expression + elements);
  }

  private String nameOf(String chain) {
    return GENERATION + generation + "_" + chain;
  }

  /** The transaction that puts everything in force. */
  String installation() {
    StringBuilder text = new StringBuilder("add table " + TABLE + "\ntable " + TABLE + " {\n");
    chains.forEach(
        (name, rules) -> {
          text.append("chain ").append(nameOf(name)).append(" {\n");
          rules.forEach(rule -> text.append(rule).append('\n'));
          text.append("}\n");
        });
    text.append("}\n");
    baseChains.forEach(
        (name, declaration) -> {
          String base = " chain " + TABLE + " " + name;
          text.append("add" + base + " { " + declaration + "; }\n");
          text.append("flush" + base + "\n");
          text.append("add rule " + TABLE + " " + name + " " + jump(name) + "\n");
        });
    return text.toString();
  }

  /** The transaction that removes chains that no base chain leads to any more. */
  static String removal(List<String> chains) {
    StringBuilder text = new StringBuilder();
    // First what they say, which may be about each other.
    chains.forEach(name -> text.append("flush chain " + TABLE + " " + name + "\n"));
    chains.forEach(name -> text.append("delete chain " + TABLE + " " + name + "\n"));
    return text.toString();
  }
}
