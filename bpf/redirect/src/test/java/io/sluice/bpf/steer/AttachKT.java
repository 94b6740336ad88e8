package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.attach.Chain;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.TcHook.Point;
import io.sluice.bpf.libbpf.TcxHook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How programs get on an interface: by both chains, from one to the other, beside others. */
class AttachKT extends OnNode {

  /** By the other one all other tests run. */
  @Test
  void whatThePolicySaysHoldsByFiltersToo() throws Exception {
    reopen(Chain.CLSACT);
    server(node.two, Node.podTwo(false));
    proxy(Listener.INGRESS_V4);
    apply(List.of(podOne(true, true), podTwo(true, false)), in(POD_TWO, OUTSIDE, true));
    assertThat(ask(node.outside, Node.podTwo(false)))
        .isEqualTo(steeredAnswerTo(Node.outside(false)));
    assertSilence(node.one, Node.podTwo(false));
  }

  /** An older agent, or one on an older kernel, leaves no second copy and no clsact of its own. */
  @Test
  void fromOneChainToTheOtherAndBack() throws Exception {
    server(node.two, Node.podTwo(false));
    reopen(Chain.CLSACT);
    apply(podTwo(true, false), in(POD_TWO, ONE, false));
    assertThat(programs("lxc2", Point.EGRESS)).containsExactly("clsact to_pod");
    try (Tcp open = connect(node.one, Node.podTwo(false))) {
      reopen(Chain.TCX);
      assertThat(programs("lxc2", Point.EGRESS)).containsExactly("clsact to_pod");
      assertThat(programs("sluice1", Point.INGRESS)).containsExactly("clsact into_proxy");
      apply(podTwo(true, false), in(POD_TWO, ONE, false));
      assertThat(programs("sluice1", Point.INGRESS)).containsExactly("into_proxy");
      assertThat(programs("lxc2", Point.EGRESS)).containsExactly("to_pod");
      assertThat(node.node.run("tc qdisc show dev lxc2")).doesNotContain("clsact");
      assertThat(ask(open)).isEqualTo(answerTo(Node.podOne(false)));

      reopen(Chain.CLSACT);
      apply(podTwo(true, false), in(POD_TWO, ONE, false));
      assertThat(programs("lxc2", Point.EGRESS)).containsExactly("clsact to_pod");
      assertThat(ask(open)).isEqualTo(answerTo(Node.podOne(false)));
    }
  }

  @Test
  void programsOfOthersStayAndSeeWhatPasses() throws Exception {
    server(node.two, Node.podTwo(false));
    List<EndpointEntry> both = List.of(podOne(true, true), podTwo(true, true));
    PolicyEntry[] allowed = {out(POD_ONE, TWO, false), in(POD_TWO, ONE, false)};
    apply(both, allowed);
    assertThat(ask(node.one, Node.podTwo(false))).isEqualTo(answerTo(Node.podOne(false)));
    node.node.run("tc qdisc add dev lxc2 clsact");
    dropByFilterOfOthers();
    try {
      assertSilence(node.one, Node.podTwo(false));
      for (Chain chain : Chain.values()) {
        reopen(chain);
        apply(both, allowed);
        assertSilence(node.one, Node.podTwo(false));
        datapath.close();
        cleanup();
        assertThat(node.node.run("tc filter show dev lxc2 egress"))
            .contains("pref 7")
            .doesNotContain("to_pod");
        reopen(chain);
      }
    } finally {
      node.node.run("tc qdisc del dev lxc2 clsact");
    }
  }

  @Test
  void aProgramOfOthersThatComesFirstIsNamedAndStays() throws Exception {
    apply(podTwo(true, false));
    TcxHook hook = new TcxHook(node.node.call(() -> Libc.interfaceIndex("lxc2")), Point.EGRESS);
    try (Programs others = Programs.load(1, true, AttachedMaps.newest(Hooks.FROM_POD, List.of()))) {
      node.node.call(
          () -> {
            hook.prepend(others.of(Hooks.INTO_PROXY));
            return null;
          });
      Applied applied = apply(List.of(podTwo(true, false)));
      assertThat(applied.unattached()).isEmpty();
      assertThat(applied.overtaken()).hasSize(1);
      assertThat(applied.overtaken().getFirst().endpoint()).isEqualTo(POD_TWO);
      assertThat(applied.overtaken().getFirst().reason()).contains("into_proxy at tc egress");

      datapath.close();
      cleanup();
      assertThat(programs("lxc2", Point.EGRESS)).containsExactly("into_proxy");
      reopen(Chain.TCX);
      assertThat(apply(List.of(podTwo(true, false))).overtaken()).as("ours is put first").isEmpty();
      assertThat(programs("lxc2", Point.EGRESS)).containsExactly("to_pod", "into_proxy");
      int id = others.of(Hooks.INTO_PROXY).id();
      node.node.call(
          () -> {
            hook.detach(id);
            return null;
          });
    }
  }

  @Test
  void theClsactOfAnInterfaceThatIsGoneIsForgotten() throws Exception {
    reopen(Chain.CLSACT);
    apply(podTwo(true, false));
    node.node.ip("link del lxc2");
    node.pod(node.two, 2);
    apply(podTwo(true, false));
    assertThat(keptHooks()).as("lxc2 and our own device").hasSize(2);
  }

  /** A classic program that says 2, which is to drop. */
  private static void dropByFilterOfOthers() throws Exception {
    String words = "tc filter add dev lxc2 egress pref 7 bpf direct-action bytecode";
    List<String> line = new ArrayList<>(List.of(words.split(" ")));
    line.add("1,6 0 0 2");
    node.node.call(() -> Command.require(line.toArray(String[]::new)));
  }

  private void reopen(Chain chain) throws Exception {
    datapath.close();
    datapath = node.node.call(() -> Datapath.open(state, true, chain));
  }

  private List<String> keptHooks() throws Exception {
    try (Stream<Path> files = Files.walk(state)) {
      Path undo = files.filter(file -> file.endsWith("undo")).findFirst().orElseThrow();
      return Files.readAllLines(undo).stream().filter(l -> l.startsWith("clsact")).toList();
    }
  }
}
