// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask and act, and what keeps others out. */
@Timeout(60)
class SecurityTest {

  private static final String TOKEN = "sixteen-or-more-characters";
  private static final String CANCEL = "{\"id\":\"nobody\"}";

  @TempDir private Path dir;
  private Provider provider;

  @BeforeEach
  void open() {
    provider = Providers.open("sqlite:" + dir.resolve("store.db"));
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private static ConsoleOptions.Builder options() {
    return ConsoleOptions.builder().listen("127.0.0.1", 0).token(TOKEN);
  }

  @Test
  void nothingIsAnsweredWithoutTheToken() throws IOException {
    try (Console console = Console.serve(provider, options().build())) {
      Caller.nobody(console).ask("info").is(401);
      Caller.with(console, "another-token-of-that-length").ask("info").is(401);
      Caller.with(console, "").ask("info").is(401);
      Caller.nobody(console).header("Authorization", "Basic " + TOKEN).ask("info").is(401);
      Caller.nobody(console).ask("info", "token", TOKEN).is(401);
      Caller.nobody(console).act("instance/cancel", CANCEL).is(401);
      Caller.with(console, TOKEN).ask("info").is(200);
      assertThat(console.link()).endsWith("/#token=" + TOKEN);
    }
  }

  @Test
  void aRandomTokenIsAnotherEachTime() {
    ConsoleOptions.Builder builder = ConsoleOptions.builder();

    assertThat(builder.build().token())
        .hasSizeGreaterThan(30)
        .isNotEqualTo(builder.build().token());
  }

  @Test
  void aConsoleThatReadsDoesNotAct() throws IOException {
    try (Console console = Console.serve(provider, options().build())) {
      Caller.Answer answer = Caller.with(console, TOKEN).act("instance/cancel", CANCEL).is(403);

      assertThat(answer.json().get("error").stringValue()).isEqualTo("read-only");
    }
  }

  @Test
  void anotherSiteCannotAct() throws IOException {
    try (Console console = Console.serve(provider, options().allowActions(true).build())) {
      Caller caller = Caller.with(console, TOKEN);
      String own = console.address().toString().replaceAll("/$", "");

      caller.header("Origin", own).act("instance/cancel", CANCEL).is(404);
      caller.header("Origin", "https://evil.example").act("instance/cancel", CANCEL).is(403);
      caller.header("Origin", own + "0").act("instance/cancel", CANCEL).is(403);
      caller.header("Origin", "null").act("instance/cancel", CANCEL).is(403);
      caller.header("Sec-Fetch-Site", "cross-site").act("instance/cancel", CANCEL).is(403);
      caller.header("Sec-Fetch-Site", "same-site").ask("info").is(403);
      caller.post("instance/cancel", CANCEL).is(403);
      caller.header("X-Holdfast-Console", "1").post("instance/cancel", CANCEL).is(415);
      caller.ask("instance/cancel", "id", "nobody").is(405);
    }
  }

  @Test
  void aProxySaysWhoAsks() throws IOException {
    ConsoleOptions behind =
        ConsoleOptions.builder()
            .listen("127.0.0.1", 0)
            .trustedHeader("X-Forwarded-User")
            .publicUrl(URI.create("https://console.example/"))
            .allowActions(true)
            .build();
    try (Console console = Console.serve(provider, behind)) {
      assertThat(console.link()).isEqualTo("https://console.example/");
      Caller.nobody(console).ask("info").is(401);
      Caller.nobody(console).header("X-Forwarded-User", "").ask("info").is(401);
      Caller ada = Caller.nobody(console).header("X-Forwarded-User", "ada");
      ada.ask("info").is(200);
      ada.header("Origin", "https://console.example").act("instance/cancel", CANCEL).is(404);
      ada.header("Origin", "https://evil.example").act("instance/cancel", CANCEL).is(403);
      ada.post("instance/cancel", CANCEL).is(403);
    }
  }

  @Test
  void aNameThatIsNotItsOwnIsNotAnswered() throws IOException {
    try (Console console =
        Console.serve(
            provider, options().publicUrl(URI.create("https://console.example")).build())) {
      int port = console.address().getPort();

      assertThat(status(port, "Host: evil.example:" + port)).contains(" 421 ");
      assertThat(status(port, "Host: localhost:" + port)).contains(" 200 ");
      assertThat(status(port, "Host: [::1]:" + port)).contains(" 200 ");
      assertThat(status(port, "Host: console.example")).contains(" 200 ");
      assertThat(status(port, "Host: 127.0.0.1.evil.example")).contains(" 421 ");
      assertThat(status(port, "X: y")).contains(" 400 ");
    }
  }

  private static String status(int port, String header) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }
  }

  @Test
  void everyAnswerHasTheHeadersThatKeepThePageSafe() throws IOException {
    try (Console console = Console.serve(provider, options().build())) {
      Caller caller = Caller.with(console, TOKEN);
      for (Caller.Answer answer :
          List.of(
              caller.file("/"),
              caller.file("/main.js"),
              caller.file("/nothing"),
              caller.ask("info"),
              Caller.nobody(console).ask("info"))) {
        assertThat(answer.header("Content-Security-Policy"))
            .startsWith("default-src 'none'; script-src 'self';")
            .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
            .doesNotContain("unsafe");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.header("Set-Cookie")).isEmpty();
      }
      assertThat(caller.ask("info").header("Cache-Control")).isEqualTo("no-store");
    }
  }

  @Test
  void filesOutsideOfThePageAreNotThere() throws IOException {
    try (Console console = Console.serve(provider, options().build())) {
      Caller caller = Caller.nobody(console);
      for (String path : List.of("/../Front.class", "/%2e%2e/Front.class", "/page/")) {
        assertThat(caller.file(path).status()).as(path).isIn(400, 404, 421);
      }
    }
  }

  /** One of these would be enough to make markup of what an application has stored. */
  @Test
  void thePageMakesNoMarkupOfTexts() throws IOException {
    Pattern unsafe =
        Pattern.compile(
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function"
                + "|srcdoc|javascript:|DOMParser|createContextualFragment|\\son[a-z]+=");
    Path page = Path.of("src/main/resources/dev/holdfast/console/page");
    try (Stream<Path> files = Files.list(page)) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeGreaterThan(15);
      for (Path file : all) {
        assertThat(unsafe.matcher(Files.readString(file)).find()).as("%s", file).isFalse();
      }
    }
  }

  @Test
  void optionsThatAreNoneAreRefused() {
    ConsoleOptions.Builder builder = ConsoleOptions.builder();

    assertThatThrownBy(() -> builder.token("short")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.token("with white space in it"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.trustedHeader("a: b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.publicUrl(URI.create("ftp://x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.listen("127.0.0.1", 70_000))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
