// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file that is deleted or replaced while it is open: nothing is acknowledged that is lost. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "open files cannot be deleted there")
class LostFileTest {

  @TempDir Path directory;
  private Path file;
  private Provider provider;
  private LockToken token;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @BeforeEach
  void holdAnInstance() {
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    file = directory.resolve("store.db");
    provider = Providers.open("sqlite:" + file);
    provider.enqueue(Work.start("one", "flow"));
    token =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Work.LOCK)).get(0).lockToken();
  }

  @AfterEach
  void close() {
    provider.close();
    System.setErr(err);
  }

  private void delete() throws IOException {
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.delete(Path.of(file + suffix));
    }
  }

  private void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll(file.toString(), "while it was open");
  }

  /** A write looks at once; everything after it knows. */
  private void assertNothingWorksAnyMore(String what) {
    assertRefused(() -> provider.enqueue(Work.start("two", "flow")));
    assertRefused(() -> provider.enqueueAll(List.of(Work.start("two", "flow"))));
    assertRefused(() -> provider.renew(List.of(token), Work.LOCK));
    assertRefused(() -> provider.readHistory("one", 1, 0, 1));
    assertRefused(() -> provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Work.LOCK)));
    assertRefused(
        () -> provider.fetchActivityItems(ActivityFetch.of(1, Work.LOCK).withWaitUpTo(Work.LOCK)));
    assertThat(provider.ackOrchestrationItem(OrchestrationAck.builder(token, 1).build()))
        .isInstanceOfSatisfying(
            AckResult.Rejected.class,
            rejected -> assertThat(rejected.error()).isInstanceOf(Misconfigured.class));
    assertThat(log.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("ERROR")))
        .singleElement()
        .asString()
        .contains(file.toString(), what);
  }

  @Test
  void aDeletedFileIsNoticedByTheNextWrite() throws IOException {
    delete();
    assertNothingWorksAnyMore("deleted");
  }

  @Test
  void aReplacedFileIsNoticedByTheNextWriteAndLeftAlone() throws IOException {
    delete();
    try (Provider successor = Providers.open("sqlite:" + file)) {
      successor.enqueue(Work.start("new", "flow"));
      assertNothingWorksAnyMore("replaced");
      provider.close();
      successor.enqueue(Work.start("newer", "flow"));
      try (Provider third = Providers.open("sqlite:" + file)) {
        assertThat(third.fetchOrchestrationItems(OrchestrationFetch.of(5, Work.LOCK))).hasSize(2);
      }
    }
  }

  @Test
  void aFileThatComesBackIsNotTrusted() throws IOException {
    Path elsewhere = directory.resolve("elsewhere.db");
    Files.move(file, elsewhere);
    assertRefused(() -> provider.enqueue(Work.start("two", "flow")));
    Files.move(elsewhere, file);
    assertNothingWorksAnyMore("moved");
  }
}
