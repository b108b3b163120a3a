// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.Misconfigured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who does not write looks once a second. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no identity there")
class FileGuardTest {

  @TempDir Path directory;
  private Path file;
  private final AtomicLong nanos = new AtomicLong();
  private FileGuard guard;

  @BeforeEach
  void guardAFile() throws IOException {
    file = Files.createFile(directory.resolve("store.db"));
    guard = new FileGuard(file, nanos::get);
  }

  @Test
  void aReaderLooksOnceASecond() throws IOException {
    Files.delete(file);
    guard.checkNowAndThen("read");
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThatThrownBy(() -> guard.checkNowAndThen("read"))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll("read", file.toString());
  }

  @Test
  void aFileThatWasWrittenToIsTheSame() throws IOException {
    Files.writeString(file, "more");
    assertThatCode(guard::check).doesNotThrowAnyException();
  }

  @Test
  void anotherFileOfTheSameNameIsNotTheSame() throws IOException {
    Path other = Files.createFile(directory.resolve("other.db")); // while the first one still is
    Files.delete(file);
    Files.move(other, file);
    assertThatThrownBy(guard::check).isInstanceOf(FileGuard.FileLost.class);
  }

  @Test
  void aDatabaseInMemoryCannotBeLost() {
    FileGuard none = new FileGuard(null);
    assertThatCode(none::check).doesNotThrowAnyException();
  }
}
