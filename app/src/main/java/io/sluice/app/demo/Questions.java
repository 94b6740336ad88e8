package io.sluice.app.demo;

import static io.sluice.app.demo.Question.Expected.AUDITED;
import static io.sluice.app.demo.Question.Expected.DENIED;
import static io.sluice.app.demo.Question.Expected.NOTHING;
import static io.sluice.app.demo.Question.Expected.NOT_STEERED;
import static io.sluice.app.demo.Question.Expected.OK;
import static io.sluice.app.demo.Question.Expected.REFUSED;

import io.sluice.app.demo.Question.Expected;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.Pod;
import java.util.ArrayList;
import java.util.List;

/** All that the demo asks, over IPv4 and over IPv6. */
final class Questions {
  private final Lab lab;
  private final DemoWorld world;
  private final boolean v6;
  private final List<Question> questions = new ArrayList<>();

  private Questions(Lab lab, DemoWorld world, boolean v6) {
    this.lab = lab;
    this.world = world;
    this.v6 = v6;
  }

  static List<Question> all(Lab lab, DemoWorld world) {
    List<Question> both = new ArrayList<>();
    for (boolean v6 : new boolean[] {false, true}) {
      Questions family = new Questions(lab, world, v6);
      family.aboutL7Rule();
      family.aboutApiHttpFilter();
      family.aboutPodsWithoutPolicy();
      both.addAll(family.questions);
    }
    return both;
  }

  /** What is asked while the policies are audited: everything is answered. */
  static List<Question> audited(Lab lab, DemoWorld world) {
    Questions some = new Questions(lab, world, false);
    Pod server = world.myService();
    some.ask(world.frontend(), server, "GET", "/api/v1/data", OK);
    some.ask(world.frontend(), server, "DELETE", "/api/v1/data", AUDITED);
    some.ask(world.frontend(), server, "GET", "/secret?x=/api/v1/data", AUDITED);
    some.ask(world.stranger(), server, "GET", "/api/v1/data", AUDITED);
    some.ask(world.consumer(), world.apiServer(), "POST", "/api/submit", AUDITED);
    some.ask(world.consumer(), world.apiServer(), "POST", "/api/submit", OK, "X-App-Token: demo");
    return some.questions;
  }

  private void aboutL7Rule() {
    Pod server = world.myService();
    Pod frontend = world.frontend();
    ask(frontend, server, "GET", "/api/v1/data", OK);
    ask(frontend, server, "GET", "/api/v1/database", OK);
    ask(frontend, server, "GET", "/public/x", OK);
    ask(frontend, server, "POST", "/api/v1/upload", OK);
    ask(frontend, server, "DELETE", "/api/v1/data", DENIED);
    ask(frontend, server, "GET", "/public", DENIED);
    ask(frontend, server, "GET", "/secret?x=/api/v1/data", DENIED);
    ask(frontend, server, "GET", "//api/v1/data/../../secret", REFUSED);
    ask(world.stranger(), server, "GET", "/api/v1/data", NOTHING);
    String otherNode = v6 ? Lab.OTHER_NODE_V6 : Lab.OTHER_NODE_V4;
    ask("another node", lab.outside(), otherNode, server, "GET", "/api/v1/data", NOTHING);
    String node = v6 ? Lab.NODE_V6 : Lab.NODE_V4;
    ask("the node itself", lab.node(), node, server, "DELETE", "/anything", NOT_STEERED);
  }

  private void aboutApiHttpFilter() {
    Pod server = world.apiServer();
    Pod consumer = world.consumer();
    ask(consumer, server, "GET", "/api/orders", OK);
    ask(consumer, server, "POST", "/api/submit", DENIED);
    ask(consumer, server, "POST", "/api/submit", OK, "X-App-Token: demo");
    ask(consumer, server, "GET", "/apis", DENIED);
    ask(consumer, server, "DELETE", "/api/orders", DENIED);
    ask(world.frontend(), server, "GET", "/api/orders", NOTHING);
  }

  private void aboutPodsWithoutPolicy() {
    ask(world.frontend(), world.stranger(), "DELETE", "/anything", NOT_STEERED);
  }

  private void ask(
      Pod client, Pod server, String method, String path, Expected expected, String... headers) {
    String source = v6 ? client.ipv6() : client.ipv4();
    ask(client.name(), client.network(), source, server, method, path, expected, headers);
  }

  private void ask(
      String client,
      NetworkNamespace network,
      String source,
      Pod server,
      String method,
      String path,
      Expected expected,
      String... headers) {
    String destination = v6 ? server.ipv6() : server.ipv4();
    questions.add(
        new Question(
            client,
            network,
            source,
            server.name(),
            destination,
            method,
            path,
            List.of(headers),
            expected));
  }
}
