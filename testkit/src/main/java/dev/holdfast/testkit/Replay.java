// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import dev.holdfast.runtime.DataConversionException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.HistoryReplay;
import dev.holdfast.runtime.NondeterminismException;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RecordedHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Replays a recorded history against the code of today, to learn before a deployment whether it can
 * take over what older code has begun.
 *
 * <pre>{@code
 * Replay.of(Path.of("src/test/resources/histories/order-1.json")).with(PROCESS).verify();
 * }</pre>
 *
 * <p>Files are written by {@code ./holdfast history ID --export FILE}, or with {@link
 * RecordedHistory#toJson}. What counts as the same, {@link HistoryReplay} says. Not thread-safe.
 */
public final class Replay {

  private final String source;
  private final RecordedHistory history;
  private final HistoryReplay.Builder builder = HistoryReplay.builder();

  private Replay(String source, RecordedHistory history) {
    this.source = source;
    this.history = history;
  }

  /**
   * Begins with a file.
   *
   * @param file the file
   * @return the replay, without any code
   * @throws UncheckedIOException when it cannot be read
   * @throws DataConversionException when it is no recorded history; the message says why
   */
  public static Replay of(Path file) {
    try {
      return new Replay(file.toString(), RecordedHistory.parse(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    } catch (DataConversionException e) {
      throw new DataConversionException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Begins with a history, such as one of {@link OrchestrationTest#history}.
   *
   * @param history the history
   * @return the replay, without any code
   */
  public static Replay of(RecordedHistory history) {
    return new Replay("instance \"" + history.instanceId() + "\"", history);
  }

  /**
   * Adds code. What the history's executions run has to be there, by name and version; more does no
   * harm.
   *
   * @param orchestration the orchestration with its code
   * @return this
   * @throws IllegalArgumentException when name and version are there already, or it has no code
   */
  public Replay with(Orchestration<?, ?> orchestration) {
    builder.orchestration(orchestration);
    return this;
  }

  /**
   * Sets how values are decoded; the same that the workers use.
   *
   * @param converter the converter; {@link DataConverter#jackson()} unless set
   * @return this
   */
  public Replay dataConverter(DataConverter converter) {
    builder.dataConverter(converter);
    return this;
  }

  /**
   * Sets how long the replay of one execution may take.
   *
   * @param limit above zero; 1 minute unless set
   * @return this
   * @throws IllegalArgumentException when it is not positive
   */
  public Replay codeAtMost(Duration limit) {
    builder.codeAtMost(limit);
    return this;
  }

  /** {@return the history} */
  public RecordedHistory history() {
    return history;
  }

  /**
   * Replays all executions of the history.
   *
   * @throws ReplayError when the code does not follow it: with the event, what was expected and
   *     what was found
   * @throws dev.holdfast.runtime.HoldfastException when the code of the recorded name and version
   *     is not there, the history cannot be read, or the code does not come back
   */
  public void verify() {
    HistoryReplay replay = builder.build();
    for (RecordedHistory.Execution execution : history.executions()) {
      try {
        replay.run(history, execution);
      } catch (NondeterminismException e) {
        throw new ReplayError(source, execution.executionId(), e);
      }
    }
  }
}
