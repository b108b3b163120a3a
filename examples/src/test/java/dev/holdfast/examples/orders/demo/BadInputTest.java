// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.StoreNote;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the call is said in one line, and nothing goes to standard output. */
class BadInputTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path dir;

  @Test
  void aFileThatDoesNotExist() {
    assertRefused("nowhere.jsonl does not exist", dir.resolve("nowhere.jsonl").toString());
  }

  @Test
  void aDirectory() {
    assertRefused("is a directory", dir.toString());
  }

  @Test
  void noJsonAtAll() throws IOException {
    assertRefused("holds no order; line 1: not JSON", file("page.html", "<html>\n</html>\n"));
  }

  @Test
  void anEmptyFile() throws IOException {
    assertRefused("is empty", file("empty.jsonl", ""));
  }

  @Test
  void aDatabaseThatIsADirectory() {
    assertRefused("is a directory", "--db", dir.toString());
  }

  @Test
  void aDatabaseInADirectoryThatDoesNotExist() {
    assertRefused("does not exist", "--db", dir.resolve("no/orders.db").toString());
  }

  @Test
  void aDatabaseThatIsSomethingElse() throws IOException {
    assertRefused("was not made by this demo", "--db", file("notes.txt", "my notes"));
    assertThat(dir).isDirectoryContaining(path -> path.endsWith("notes.txt"));
    assertThat(dir.toFile().list()).hasSize(1);
  }

  @Test
  void aDatabaseThatBecameSomethingElse() throws IOException {
    file("orders-ledger.db", "my notes, which are long enough to be no SQLite database at all");
    assertRefused("cannot be opened", "--db", file("orders.db", "my notes"));
  }

  @Test
  void anUnknownOption() {
    assertRefused("Unknown option: '--fast'", "--fast");
  }

  @Test
  void tooManyFiles() {
    assertRefused("Unmatched argument", "one", "two");
  }

  @Test
  void anUnknownProvider() {
    assertRefused("no provider \"nix\"; known are postgres, sqlite", "--provider", "nix");
  }

  @Test
  void aUrlOfAnUnknownProvider() {
    assertRefused("no provider takes a URL like nix://x", "--url", "nix://x");
  }

  @Test
  void aUrlOfAnotherProvider() {
    assertRefused(
        "the provider \"sqlite\" takes no URL like postgres://x/y",
        "--provider",
        "sqlite",
        "--url",
        "postgres://me:secret@x/y?password=secret");
  }

  @Test
  void aUrlThatIsAFile() {
    assertRefused("with --db", "--url", "sqlite:orders.db");
  }

  @Test
  void aUrlThatIsNone() {
    assertRefused("--url is not well formed", "--url", " ");
  }

  @Test
  void aServerThatDoesNotAnswer() throws IOException {
    int port;
    try (ServerSocket reserved = new ServerSocket(0)) {
      port = reserved.getLocalPort();
    }
    assertRefused(
        "the database postgres://127.0.0.1:" + port + "/orders?schema=s cannot be opened",
        "--db",
        dir.resolve("orders.db").toString(),
        "--url",
        "postgres://me:secret@127.0.0.1:" + port + "/orders?schema=s");
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("secret");
    // Nothing is noted of a store that was never reached.
    assertThat(dir.resolve("orders-store.properties")).doesNotExist();
  }

  @Test
  void noWorkers() {
    assertRefused("--workers is 0; it goes from 1", "--workers", "0");
  }

  @Test
  void tooManyWorkers() {
    assertRefused("--workers is 1000", "--workers", "1000");
  }

  @Test
  void aDatabaseThatBelongsToAnotherStore() {
    StoreNote note = new StoreNote("postgres", "postgres://x/y?schema=s", "");
    note.write(dir.resolve("orders-store.properties"));
    String database = dir.resolve("orders.db").toString();

    assertRefused("belongs to another store (postgres, postgres://x/y", "--db", database);
    assertRefused("belongs to another store", "--db", database, "--url", "postgres://x/z?schema=s");
    assertRefused("belongs to another store", "--db", database, "--provider", "postgres");
  }

  @Test
  void aFileThatIsToBeAServer() throws IOException {
    assertRefused(
        "is a file, and this store is none",
        "--provider",
        "postgres",
        "--db",
        file("orders.db", "SQLite format 3"));
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(dir.resolve(name), content).toString();
  }

  private void assertRefused(String message, String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "demo";
    all[1] = "--json";
    System.arraycopy(args, 0, all, 2, args.length);

    out.reset();
    err.reset();
    int exit =
        Main.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            all);

    assertThat(exit).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains(message);
  }
}
