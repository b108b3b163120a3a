// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Orchestration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A test class that replays all files of a folder, one test for each. An application extends it and
 * names its code:
 *
 * <pre>{@code
 * class HistoriesTest extends RecordedHistoriesTest {
 *   @Override
 *   protected List<Orchestration<?, ?>> orchestrations() {
 *     return List.of(PROCESS, PROCESS_V2);
 *   }
 * }
 * }</pre>
 */
public abstract class RecordedHistoriesTest {

  /** For classes of applications. */
  protected RecordedHistoriesTest() {}

  /** {@return the code of today, in all versions that workers have} */
  protected abstract List<Orchestration<?, ?>> orchestrations();

  /**
   * {@return the folder of the files, {@code *.json} in it and below; {@code
   * src/test/resources/histories} of the module unless overridden}
   */
  protected Path folder() {
    return Path.of("src", "test", "resources", "histories");
  }

  /** {@return how values are decoded; {@link DataConverter#jackson()} unless overridden} */
  protected DataConverter dataConverter() {
    return DataConverter.jackson();
  }

  /**
   * Makes the tests.
   *
   * @return one for each file
   * @throws IOException when the folder cannot be read
   * @throws AssertionError when it is not there or has no file, since nothing would be tested
   */
  @TestFactory
  public Stream<DynamicTest> recordedHistoriesAreFollowed() throws IOException {
    Path folder = folder();
    List<Path> files = Files.isDirectory(folder) ? filesOf(folder) : List.of();
    if (files.isEmpty()) {
      throw new AssertionError(
          "%s has no recorded histories (*.json); write some with ./holdfast history ID --export FILE"
              .formatted(folder.toAbsolutePath()));
    }
    return files.stream()
        .map(file ->
            DynamicTest.dynamicTest(
                folder.relativize(file).toString(), file.toUri(), () -> replay(file)));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private void replay(Path file) {
    Replay replay = Replay.of(file).dataConverter(dataConverter());
    orchestrations().forEach(replay::with);
    replay.verify();
  }
}
