package io.sluice.app.random;

import static io.sluice.app.random.Tree.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Questions about a cluster, in the words of a policy test's cases; one end at least is a pod. */
final class RandomQuestions {
  private static final List<String> ENTITIES =
      List.of(
          "world",
          "host",
          "remote-node",
          "kube-apiserver",
          "health",
          "unmanaged",
          "init",
          "ingress");

  private final Dice dice;
  private final Dialect dialect;
  private final boolean dualStack;
  private final RandomCluster cluster;
  private final RandomRequests requests;
  private final List<Aim> aims;

  RandomQuestions(
      Dice dice, Dialect dialect, boolean dualStack, RandomCluster cluster, List<Aim> aims) {
    this.dice = dice;
    this.dialect = dialect;
    this.dualStack = dualStack;
    this.cluster = cluster;
    this.requests = new RandomRequests(dice);
    this.aims = aims;
  }

  List<Map<String, Object>> questions(int count) {
    List<Map<String, Object>> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      questions.add(question("q" + i));
    }
    return questions;
  }

  private Map<String, Object> question(String name) {
    Aim aim = aims.isEmpty() || dice.chance(30) ? null : dice.pick(aims);
    boolean fromPod = aim == null ? dice.chance(50) : !aim.ingress();
    String pod = pod(aim);
    String other = other(!fromPod);
    while (other.equals(pod)) {
      other = other(!fromPod);
    }
    Map<String, Object> question = map("name", name);
    question.put("from", fromPod ? pod : other);
    question.put("to", fromPod ? other : pod);
    if (other.startsWith("service:")) {
      question.put("port", "80/TCP");
      maybe(question, "http", requests.http());
    } else if (aim != null) {
      ask(question, aim);
    } else {
      ask(question, fromPod);
    }
    return question;
  }

  private String pod(@Nullable Aim aim) {
    List<RandomCluster.Member> pods =
        cluster.pods().stream().filter(pod -> !pod.hostNetwork()).toList();
    List<RandomCluster.Member> meant =
        aim == null ? pods : pods.stream().filter(aim::mayMean).toList();
    return dice.pick(meant.isEmpty() ? pods : meant).name();
  }

  private void ask(Map<String, Object> question, Aim aim) {
    String port = aim.port().equals("http") ? dice.pick("80", "80", "8080") : aim.port();
    question.put("port", port + (aim.kind().equals("dns") ? "/UDP" : "/TCP"));
    switch (aim.kind()) {
      case "http" -> maybe(question, "http", requests.http());
      case "tls" -> maybe(question, "sni", requests.serverName());
      case "dns" -> maybe(question, "dns", requests.dns());
      case "grpc" -> maybe(question, "grpc", requests.grpc());
      default -> {
        if (dialect.whole()) {
          maybe(question, "kafka", requests.kafka());
        }
      }
    }
  }

  private String other(boolean client) {
    int kind = dice.between(0, 99);
    if (kind < 60) {
      return dice.pick(cluster.pods()).name();
    }
    if (kind < 82) {
      return dice.pick(dualStack && dice.chance(30) ? Vocabulary.OUTSIDE_V6 : Vocabulary.OUTSIDE);
    }
    if (kind < 87) {
      return dice.pick(cluster.nodeAddresses());
    }
    if (kind < 89) {
      return dice.pick(dice.pick(cluster.pods()).addresses());
    }
    if (kind < 92 && !client) {
      return "service:" + dice.pick(cluster.backedServices());
    }
    String entity = dice.pick(ENTITIES);
    // With two families the plain world is nobody's identity in Cilium.
    return dualStack && entity.equals("world") ? dice.pick("world-ipv4", "world-ipv6") : entity;
  }

  private void ask(Map<String, Object> question, boolean egress) {
    int kind = dice.between(0, 99);
    if (kind < 45) {
      question.put("port", dice.pick("80", "80", "8080", "8081", "85") + "/TCP");
      maybe(question, "http", requests.http());
    } else if (kind < 55) {
      question.put("port", "443/TCP");
      if (dice.chance(8)) {
        question.put("http", requests.http());
      } else {
        maybe(question, "sni", requests.serverName());
      }
    } else if (kind < 68) {
      question.put("port", "53/" + (dice.chance(75) ? "UDP" : "TCP"));
      if (egress) {
        maybe(question, "dns", requests.dns());
      }
    } else if (kind < 73) {
      question.put("port", "9092/TCP");
      if (dialect.whole()) {
        maybe(question, "kafka", requests.kafka());
      }
    } else if (kind < 77 && dialect.whole()) {
      question.put("port", "50051/TCP");
      maybe(question, "grpc", requests.grpc());
    } else if (kind < 83) {
      boolean six = dice.chance(25);
      question.put(
          "icmp",
          six
              ? map("family", "IPv6", "type", dice.pick(128, 135, 1))
              : map("family", "IPv4", "type", dice.pick(8, 3, 0)));
    } else {
      String port = dice.pick("5432", "9090", "81", "79", "5433", "1", "9099", "53", "443");
      question.put("port", port + "/" + dice.pick("TCP", "TCP", "UDP", "SCTP"));
    }
  }

  /** Most questions ask something at L7; those without show what depends on the request. */
  private void maybe(Map<String, Object> question, String key, Object part) {
    if (dice.chance(88)) {
      question.put(key, part);
    }
  }
}
