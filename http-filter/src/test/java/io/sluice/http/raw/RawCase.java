package io.sluice.http.raw;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One case of {@code cases/*.yaml}; its README says what the keys mean.
 *
 * @param name unique within its file
 * @param send the client's bytes
 * @param expect status codes
 * @param then how the connection ends
 * @param upstream the bytes that the server receives
 * @param answer the server's answer to each request, or null for the usual one
 * @param client the bytes that the client receives, or null if only the codes matter
 * @param server {@code closes}, {@code resets} or empty
 */
public record RawCase(
    String name,
    byte[] send,
    List<Integer> expect,
    String then,
    byte[] upstream,
    byte[] answer,
    byte[] client,
    String server) {
  /** The files, without their extension. */
  public static final List<String> FILES =
      List.of(
          "framing", "request-line", "method", "path", "host", "headers", "connection", "response");

  private static final Set<Integer> REJECTED = Set.of(400, 414, 417, 431, 501, 505);
  private static final Pattern REPEATED = Pattern.compile("<<(.*?)\\*(\\d+)>>", Pattern.DOTALL);
  private static final YAMLMapper YAML = new YAMLMapper();

  /** Reads one file of cases. */
  public static List<RawCase> load(String file) {
    List<RawCase> cases = new ArrayList<>();
    read(file).forEach(node -> cases.add(of(node)));
    return cases;
  }

  /** Reads one of the files beside the cases. */
  public static JsonNode read(String file) {
    try (InputStream in = RawCase.class.getResourceAsStream("/cases/" + file + ".yaml")) {
      return YAML.readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException("cases/" + file + ".yaml can't be read", e);
    }
  }

  private static RawCase of(JsonNode node) {
    List<Integer> expect = new ArrayList<>();
    node.get("expect").forEach(status -> expect.add(status.intValue()));
    boolean rejected = !expect.isEmpty() && REJECTED.contains(expect.getLast());
    String then = node.path("then").asText(rejected ? "closed" : "open");
    byte[] send = bytes(node, "send");
    byte[] upstream = bytes(node, "upstream");
    if (upstream == null) {
      boolean refused =
          !expect.isEmpty() && expect.stream().allMatch(s -> s == 403 || REJECTED.contains(s));
      upstream = refused ? new byte[0] : send;
    }
    byte[] answer = bytes(node, "answer");
    byte[] client = bytes(node, "client");
    if (client == null && !then.equals("reset")) {
      client = answer;
    }
    String server = node.path("server").asText("");
    return new RawCase(
        node.get("name").asText(), send, expect, then, upstream, answer, client, server);
  }

  /** How many of the expected codes are refusals because the bytes have no one safe reading. */
  public long rejections() {
    return answer != null ? 0 : expect.stream().filter(REJECTED::contains).count();
  }

  /** How many of the expected codes are refusals by policy. */
  public long denials() {
    return expect.stream().filter(status -> status == 403).count();
  }

  @Override
  public String toString() {
    return name;
  }

  private static byte[] bytes(JsonNode node, String key) {
    if (!node.has(key)) {
      return null;
    }
    String text =
        REPEATED
            .matcher(node.get(key).asText())
            .replaceAll(
                found ->
                    java.util.regex.Matcher.quoteReplacement(
                        found.group(1).repeat(Integer.parseInt(found.group(2)))));
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
