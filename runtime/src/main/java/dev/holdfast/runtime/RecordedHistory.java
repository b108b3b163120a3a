// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.HistoryFile;
import dev.holdfast.runtime.internal.event.HistoryFile.FileEvent;
import dev.holdfast.runtime.internal.event.HistoryFile.FileExecution;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What an instance has recorded, taken out of its store: to look at in a test, or to keep as a file
 * and {@linkplain HistoryReplay replay} against new code. It has the inputs and results of the
 * instance as they are stored; treat a file of it like the data themselves.
 *
 * @param instanceId the instance
 * @param executions its executions, ascending; at least one, each with an event
 */
public record RecordedHistory(String instanceId, List<Execution> executions) {

  private static final int PAGE = 500;

  /**
   * The history of one execution.
   *
   * @param executionId the execution, from 1
   * @param events its events, ascending, at least one
   */
  public record Execution(long executionId, List<HistoryEvent> events) {

    /**
     * Checks and copies the events.
     *
     * @throws IllegalArgumentException when there is none, or they are not ascending from 1
     */
    public Execution {
      events = List.copyOf(events);
      if (events.isEmpty()) {
        throw new IllegalArgumentException("execution " + executionId + " has no events");
      }
      long last = 0;
      for (HistoryEvent event : events) {
        if (event.eventId() <= last || (last == 0 && event.eventId() != 1)) {
          throw new IllegalArgumentException(
              "execution %d: event %d comes after event %d; a whole history ascends from event 1"
                  .formatted(executionId, event.eventId(), last));
        }
        last = event.eventId();
      }
    }

    /** {@return the kinds of the events, such as {@code ActivityScheduled}, in their order} */
    public List<String> kinds() {
      return events.stream().map(HistoryEvent::kind).toList();
    }
  }

  /**
   * Checks and copies the executions.
   *
   * @throws IllegalArgumentException when there is none, or they are not ascending
   */
  public RecordedHistory {
    Objects.requireNonNull(instanceId, "instanceId");
    executions = List.copyOf(executions);
    if (executions.isEmpty()) {
      throw new IllegalArgumentException("instance \"" + instanceId + "\" has no history");
    }
    long last = 0;
    for (Execution execution : executions) {
      if (execution.executionId() <= last) {
        throw new IllegalArgumentException(
            "execution %d comes after execution %d; they ascend"
                .formatted(execution.executionId(), last));
      }
      last = execution.executionId();
    }
  }

  /**
   * Reads all executions of an instance that are there; those that were pruned are left out. Reads
   * them all into memory.
   *
   * @param provider the store
   * @param instanceId the instance
   * @return its history
   * @throws IllegalArgumentException when it has none
   * @throws dev.holdfast.provider.ProviderError when the store cannot be read
   */
  public static RecordedHistory read(Provider provider, String instanceId) {
    OptionalLong latest = provider.latestExecutionId(instanceId);
    List<Execution> executions = new ArrayList<>();
    for (long id = 1; id <= latest.orElse(0); id++) {
      List<HistoryEvent> events = events(provider, instanceId, id);
      if (!events.isEmpty()) {
        executions.add(new Execution(id, events));
      }
    }
    return new RecordedHistory(instanceId, executions);
  }

  /**
   * Reads one execution of an instance. Events that earlier executions have left to it are not
   * included; code that takes them can be replayed with {@linkplain #read(Provider, String) all
   * executions} only.
   *
   * @param provider the store
   * @param instanceId the instance
   * @param executionId the execution, from 1
   * @return its history
   * @throws IllegalArgumentException when it has none
   * @throws dev.holdfast.provider.ProviderError when the store cannot be read
   */
  public static RecordedHistory read(Provider provider, String instanceId, long executionId) {
    return new RecordedHistory(
        instanceId, List.of(new Execution(executionId, events(provider, instanceId, executionId))));
  }

  private static List<HistoryEvent> events(Provider provider, String instanceId, long executionId) {
    List<HistoryEvent> events = new ArrayList<>();
    History page;
    do {
      long last = events.isEmpty() ? 0 : events.getLast().eventId();
      page = provider.readHistory(instanceId, executionId, last, PAGE);
      events.addAll(page.events());
    } while (!page.complete());
    return events;
  }

  /** {@return the last execution} */
  public Execution latest() {
    return executions.getLast();
  }

  /** {@return the number of events of all executions} */
  public long eventCount() {
    return executions.stream().mapToLong(execution -> execution.events().size()).sum();
  }

  /**
   * Writes it as JSON, one event in a line, so that files of it can be compared by eye.
   *
   * @return the text; {@link #parse} reads it
   * @throws DataConversionException when the data of an event are not JSON, because the instance is
   *     of another engine
   */
  public String toJson() {
    StringBuilder json = new StringBuilder();
    json.append("{\"format\":")
        .append(text(HistoryFile.FORMAT))
        .append(",\"instanceId\":")
        .append(text(instanceId))
        .append(",\"executions\":[");
    String separator = "\n";
    for (Execution execution : executions) {
      json.append(separator)
          .append("{\"executionId\":")
          .append(execution.executionId())
          .append(",\"events\":[");
      String next = "\n";
      for (HistoryEvent event : execution.events()) {
        json.append(next).append(text(line(event)));
        next = ",\n";
      }
      json.append("\n]}");
      separator = ",\n";
    }
    return json.append("\n]}\n").toString();
  }

  private static String text(Object value) {
    return Codec.encode(value).asUtf8();
  }

  private static FileEvent line(HistoryEvent event) {
    try {
      String data = event.data().asUtf8();
      if (Codec.isJson(data)) {
        return new FileEvent(event.eventId(), event.kind(), event.recordedAt(), new Json(data));
      }
    } catch (InvalidRequest e) {
      throw notJson(event, e);
    }
    throw notJson(event, new IllegalArgumentException("not JSON"));
  }

  private static DataConversionException notJson(HistoryEvent event, Throwable cause) {
    return new DataConversionException(
        "the data of event %d (%s) are not JSON; is the instance of another engine than this?"
            .formatted(event.eventId(), event.kind()),
        cause);
  }

  /**
   * Reads what {@link #toJson} has written.
   *
   * @param json the text
   * @return the history, equal to the one that was written
   * @throws DataConversionException when the text is of another form; the message says where
   */
  public static RecordedHistory parse(String json) {
    try {
      HistoryFile file = Codec.decode("the file", Payload.utf8(json), HistoryFile.class);
      if (!HistoryFile.FORMAT.equals(file.format())) {
        throw new IllegalArgumentException(
            "its format is %s, this reads \"%s\""
                .formatted(
                    file.format() == null ? "missing" : "\"" + file.format() + "\"",
                    HistoryFile.FORMAT));
      }
      return new RecordedHistory(
          present("instanceId", file.instanceId()),
          present("executions", file.executions()).stream().map(RecordedHistory::of).toList());
    } catch (UnreadableException | InvalidRequest | IllegalArgumentException e) {
      throw new DataConversionException("not a recorded history: " + e.getMessage(), e);
    }
  }

  private static Execution of(FileExecution execution) {
    return new Execution(
        execution.executionId(),
        present("events", execution.events()).stream().map(RecordedHistory::of).toList());
  }

  private static HistoryEvent of(FileEvent event) {
    return new HistoryEvent(
        event.eventId(),
        present("kind", event.kind()),
        Codec.payload(event.data()),
        present("recordedAt", event.recordedAt()));
  }

  private static <T> T present(String what, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("\"" + what + "\" is missing");
    }
    return value;
  }
}
