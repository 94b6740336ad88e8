package io.sluice.app.random;

import java.util.List;
import java.util.Map;

/**
 * The few words that policies and questions are made of; few, so that they meet. Each port has the
 * protocol that its rules speak, so that rules of two kinds seldom meet on one.
 */
final class Vocabulary {
  static final List<String> NAMESPACES = List.of("prod", "dev", "ops");
  static final Map<String, Map<String, Object>> NAMESPACE_LABELS =
      Map.of(
          "prod", Tree.map("kubernetes.io/metadata.name", "prod", "env", "prod", "team", "a"),
          "dev", Tree.map("kubernetes.io/metadata.name", "dev", "env", "dev", "team", "a"),
          "ops", Tree.map("kubernetes.io/metadata.name", "ops", "env", "prod"));
  static final List<String> APPS = List.of("web", "api", "db");
  static final List<String> TIERS = List.of("front", "back");
  static final List<String> NODES = List.of("n1", "n2", "n3");

  static final List<String> HTTP_PORTS = List.of("80", "8080");
  static final String TLS_PORT = "443";
  static final String DNS_PORT = "53";
  static final String KAFKA_PORT = "9092";
  static final String GRPC_PORT = "50051";
  static final List<String> PLAIN_PORTS = List.of("5432", "9090", "81");
  static final List<String> PORT_NAMES = List.of("http", "metrics", "dns", "admin");

  static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
  static final List<String> METHOD_PATTERNS =
      List.of("GET", "POST", "GET|HEAD", "(GET|POST)", "P.*", "[A-Z]+", "get");
  static final List<String> PATHS =
      List.of("/", "/public", "/public/", "/public/a", "/v1/items", "/v1/items/7", "/v1", "/admin");
  static final List<String> QUERIES = List.of("?x=1", "?", "?id=7&y=/public");
  static final List<String> CROOKED_PATHS =
      List.of(
          "/public/../admin",
          "//public",
          "/%70ublic",
          "/public%2Fa",
          "/v1/./items",
          "/public/%00",
          "/a%zz",
          "/public%5ca",
          "/v1//items",
          "/..");
  static final List<String> PATH_PATTERNS =
      List.of(
          "/",
          "/public",
          "/public/.*",
          "/v1/.*",
          "/v1/items(/[0-9]+)?",
          "/public|/admin",
          "/.*",
          "^/public$",
          "/v1/items\\?.*",
          "/v./items",
          "public");
  static final List<String> HOSTS = List.of("api", "api.prod", "api.prod.svc", "web");
  static final List<String> CROOKED_HOSTS = List.of("API", "api:80", "api.", "api.prod:8080");
  static final List<String> HOST_PATTERNS =
      List.of("api", "api\\.prod", "api.prod", "api(\\..*)?", ".*\\.prod", "api:.*");
  static final List<String> HEADERS = List.of("X-Token", "X-Team", "X-Env");
  static final List<String> HEADER_VALUES = List.of("abc", "xyz", "a");

  static final List<String> DNS_NAMES =
      List.of(
          "db.example.com",
          "a.example.com",
          "x.a.example.com",
          "example.com",
          "www.example.org",
          "cdn.example.org",
          "other.test");
  static final List<String> DNS_PATTERNS =
      List.of(
          "*.example.com",
          "**.example.com",
          "*example.com",
          "*.example.*",
          "*",
          "a*.example.com",
          "*.*.example.com",
          "www.example.org",
          "*.org");
  static final List<String> TOPICS = List.of("orders", "billing", "logs");
  static final List<String> CLIENTS = List.of("shop", "audit");
  static final List<String> API_KEYS =
      List.of(
          "produce",
          "fetch",
          "metadata",
          "createtopics",
          "listgroups",
          "offsets",
          "offsetcommit",
          "heartbeat",
          "initproducerid",
          "addpartitionstotxn",
          "apiversions");

  /** Of these, those that say what topics they are about. */
  static final List<String> TOPIC_KEYS =
      List.of(
          "produce",
          "fetch",
          "metadata",
          "createtopics",
          "offsets",
          "offsetcommit",
          "addpartitionstotxn");

  static final List<String> SERVICES = List.of("shop.Cart", "shop.Orders", "grpc.health.v1.Health");
  static final List<String> CALLS = List.of("Get", "Add", "Check");

  /** Addresses outside the cluster, IPv4. */
  static final List<String> OUTSIDE =
      List.of(
          "203.0.113.5",
          "203.0.113.70",
          "203.0.113.130",
          "198.51.100.10",
          "198.51.100.20",
          "192.0.2.1",
          "10.9.9.9");

  static final List<String> OUTSIDE_V6 = List.of("2001:db8::5", "2001:db8:1::7", "fd00:9::1");
  static final List<String> PREFIXES =
      List.of(
          "203.0.113.0/24",
          "203.0.113.64/26",
          "203.0.113.5/32",
          "198.51.100.0/24",
          "0.0.0.0/0",
          "10.0.0.0/8",
          "192.168.0.0/16",
          "192.0.2.0/25");
  static final List<String> PREFIXES_V6 =
      List.of("2001:db8::/32", "2001:db8::/48", "::/0", "fd00::/8", "2001:db8::5/128");
  static final List<String> GROUPS = List.of("partners", "offices");

  /** The entities that a policy may name in every version. */
  static final List<String> ENTITIES =
      List.of(
          "all",
          "world",
          "cluster",
          "host",
          "remote-node",
          "kube-apiserver",
          "health",
          "ingress",
          "init",
          "unmanaged",
          "none");

  private Vocabulary() {}
}
