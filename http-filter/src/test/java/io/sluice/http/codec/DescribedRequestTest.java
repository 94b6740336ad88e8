package io.sluice.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribedRequestTest {

  @Test
  void isReadIntoTheCanonicalForm() throws Rejected {
    RequestHead head =
        new DescribedRequest(
                "GET",
                "/a/./b//c?x=1",
                "API.example.:80",
                Map.of("X-Token", List.of("one", "two"), "X-None", List.of()))
            .overHttp1();
    assertThat(head.method()).isEqualTo("GET");
    assertThat(Octets.text(head.path(), head.pathFrom(), head.pathTo())).isEqualTo("/a/b/c?x=1");
    assertThat(Octets.text(head.authority(), head.authorityFrom(), head.authorityTo()))
        .isEqualTo("api.example");
    assertThat(headers(head))
        .containsExactly("Host: API.example.:80", "X-Token: one", "X-Token: two");
  }

  @Test
  void hasNoHostIfNoneIsNamed() throws Rejected {
    RequestHead none = new DescribedRequest("GET", "/", null, Map.of()).overHttp1();
    assertThat(none.authorityTo()).isEqualTo(none.authorityFrom());
    RequestHead header =
        new DescribedRequest("GET", "/", null, Map.of("host", List.of("h"))).overHttp1();
    assertThat(header.http10()).isFalse();
    assertThat(header.url()).isEqualTo("http://h/");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,       /a%2Fb,          h,     400",
    "GET,       /a/../../b,      h,     400",
    "GET,       a,               h,     400",
    "GET,       '',              h,     400",
    "GET,       /a b,            h,     400",
    "GET,       '/a HTTP/1.1',   h,     400",
    "GET,       /é,              h,     400",
    "'GET /x',  /a,              h,     400",
    "'',        /a,              h,     400",
    "GET,       '/a\r\nx: y',    h,     400",
    "GET,       /a,              'h\nx: y', 400",
    "GET,       /a,              a@b,   400",
    "GET,       http://other/a,  h,     400"
  })
  void isRefusedAsOnTheWire(String method, String path, String host, int status) {
    Rejected rejected =
        catchThrowableOfType(
            Rejected.class, () -> new DescribedRequest(method, path, host, Map.of()).overHttp1());
    assertThat(rejected.status()).isEqualTo(status);
    assertThat(rejected.reason()).isNotEmpty();
  }

  @Test
  void isRefusedForItsSizeAsOnTheWire() {
    String path = "/" + "a".repeat(16 * 1024);
    assertThat(refused(new DescribedRequest("GET", path, "h", Map.of()))).isEqualTo(414);
    List<String> large = List.of("a".repeat(65 * 1024));
    assertThat(refused(new DescribedRequest("GET", "/", "h", Map.of("x", large)))).isEqualTo(431);
  }

  @ParameterizedTest
  @CsvSource({
    "X_Token, v",
    "'a:b', v",
    "'', v",
    "'a b', v",
    "x, 'a\r\nb: c'",
    "host, other",
    "x, '\u0000'"
  })
  void refusesHeadersAsOnTheWire(String name, String value) {
    assertThat(refused(new DescribedRequest("GET", "/", "h", Map.of(name, List.of(value)))))
        .isEqualTo(400);
  }

  @Test
  void aCallOfGrpcIsAPost() throws Rejected {
    RequestHead head =
        DescribedRequest.grpc("shop.v1.Orders", "Get", "h", Map.of("X-Id", List.of("1")))
            .overHttp2();
    assertThat(head.method()).isEqualTo("POST");
    assertThat(head.url()).isEqualTo("http://h/shop.v1.Orders/Get");
    assertThat(headers(head))
        .containsExactlyInAnyOrder(
            "Host: h", "x-id: 1", "te: trailers", "content-type: application/grpc");
    DescribedRequest other =
        DescribedRequest.grpc("s", "m", "h", Map.of("Content-Type", List.of("text/plain")));
    assertThat(headers(other.overHttp2())).contains("content-type: text/plain");
  }

  @ParameterizedTest
  @CsvSource({
    "connection, close",
    "Upgrade, websocket",
    "transfer-encoding, chunked",
    "keep-alive, 1",
    "te, gzip"
  })
  void refusesWhatOnlyHttp2Forbids(String name, String value) throws Rejected {
    DescribedRequest request = new DescribedRequest("GET", "/", "h", Map.of(name, List.of(value)));
    assertThat(request.overHttp1()).isNotNull();
    assertThat(catchThrowableOfType(Rejected.class, request::overHttp2).status()).isEqualTo(400);
    DescribedRequest absolute = new DescribedRequest("GET", "http://h/", "h", Map.of());
    assertThat(absolute.overHttp1().url()).isEqualTo("http://h/");
    assertThat(catchThrowableOfType(Rejected.class, absolute::overHttp2)).isNotNull();
  }

  private static int refused(DescribedRequest request) {
    return catchThrowableOfType(Rejected.class, request::overHttp1).status();
  }

  private static List<String> headers(RequestHead head) {
    List<String> lines = new ArrayList<>();
    head.headers((name, value) -> lines.add(name + ": " + value));
    return lines;
  }
}
