// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Bytes, text, numbers and times that come out otherwise than they went in. */
final class DataMutants {

  private DataMutants() {}

  static List<Mutant> all() {
    return new Family("DATA")
        .handle(
            "payloads-are-text",
            "Payloads are stored as text.",
            "DATA-01: a TEXT column",
            inner -> new Payloads(inner, DataMutants::asText))
        .handle(
            "payloads-end-at-nul",
            "A payload ends at its first zero byte.",
            "DATA-01: C strings",
            inner -> new Payloads(inner, DataMutants::untilNul))
        .handle(
            "json-is-made-pretty",
            "Blanks in payloads are left out.",
            "DATA-01: a JSON column",
            inner -> new Payloads(inner, DataMutants::withoutBlanks))
        .handle(
            "the-limit-is-one-byte-less",
            "A payload as large as the limit is refused.",
            "DATA-02: >= instead of >",
            LimitIsOneLess::new)
        .handle(
            "large-payloads-are-cut",
            "A payload above the limit is cut to it.",
            "DATA-02: a column that cuts",
            inner -> new Payloads(inner, payload -> cut(payload, inner)))
        .handle(
            "escaped-bytes-count-twice",
            "A payload is refused when it is too large once its zeros, quotes and backslashes are"
                + " escaped.",
            "DATA-02: a driver that writes parameters into the text of the statement",
            inner -> new Payloads(inner, payload -> notTooLargeEscaped(payload, inner)))
        .handle(
            "starts-lose-their-parent",
            "The parent of a start is not stored.",
            "DATA-03: a column that is not written",
            StartsLoseTheirParent::new)
        .handle(
            "kinds-are-lower-case",
            "The kind of a message comes back in lower case.",
            "DATA-03: a folding column",
            KindsAreLowerCase::new)
        .handle(
            "ids-are-lower-case",
            "Instance ids are compared without regard to case.",
            "DATA-04: a collation that folds case",
            inner -> new Ids(inner, id -> id.toLowerCase(Locale.ROOT)))
        .handle(
            "ids-are-trimmed",
            "Blanks around instance ids are cut off.",
            "DATA-04: a CHAR column",
            inner -> new Ids(inner, id -> id.isBlank() ? id : id.strip()))
        .handle(
            "ids-are-normalised",
            "Instance ids are brought to a normal form.",
            "DATA-04: a collation that knows equivalent letters",
            inner -> new Ids(inner, id -> Normalizer.normalize(id, Normalizer.Form.NFC)))
        .handle(
            "ids-are-cut",
            "Instance ids longer than 255 units are cut.",
            "DATA-04: VARCHAR(255)",
            inner -> new Ids(inner, id -> id.length() > 255 ? id.substring(0, 255) : id))
        .handle(
            "bad-ids-are-unknown",
            "Reading with an id that is not well formed answers that it is unknown.",
            "DATA-05: arguments are not checked",
            BadIdsAreUnknown::new)
        .handle(
            "event-ids-are-doubles",
            "Event ids lose what a double cannot hold.",
            "DATA-06: numbers in JSON",
            EventIdsAreDoubles::new)
        .handle(
            "execution-ids-are-ints",
            "Execution ids above the largest int are cut to it.",
            "DATA-06: an INTEGER column",
            ExecutionIdsAreInts::new)
        .handle(
            "kinds-are-interpreted",
            "Events of a kind with \"Completed\" in it end the execution for reads.",
            "duroxide: the provider matched on event types",
            KindsAreInterpreted::new)
        .handle(
            "instants-are-milliseconds",
            "Times of events lose what is finer than milliseconds.",
            "DATA-08: toEpochMilli",
            inner -> new Times(inner, time -> time.truncatedTo(ChronoUnit.MILLIS)))
        .handle(
            "times-before-1970-round-up",
            "Times of events before 1970 are cut towards zero.",
            "DATA-08: division instead of floor division",
            inner ->
                new Times(
                    inner,
                    time -> time.isBefore(Instant.EPOCH) ? time.plus(1, ChronoUnit.MICROS) : time))
        .handle(
            "due-times-are-milliseconds",
            "Due times lose what is finer than milliseconds.",
            "DATA-08: toEpochMilli",
            DueTimesAreMilliseconds::new)
        .handle(
            "five-hundred-messages-are-enough",
            "A batch has at most five hundred messages.",
            "DATA-09: a page of the batch",
            BatchesAreCut::new)
        .handle(
            "histories-end-at-a-thousand",
            "A history ends after a thousand events and says that it is complete.",
            "DATA-09: a page of the history",
            HistoriesAreCut::new)
        .handle(
            "answers-are-recycled",
            "A fetch fills the list it answered before.",
            "DATA-10: a buffer that is used again",
            AnswersAreRecycled::new)
        .mutants();
  }

  private static Payload asText(Payload payload) {
    return Payload.utf8(new String(payload.toByteArray(), StandardCharsets.UTF_8));
  }

  private static Payload untilNul(Payload payload) {
    byte[] bytes = payload.toByteArray();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return Payload.of(Arrays.copyOf(bytes, i));
      }
    }
    return payload;
  }

  private static Payload withoutBlanks(Payload payload) {
    byte[] bytes = payload.toByteArray();
    int length = 0;
    for (byte one : bytes) {
      if (one != ' ') {
        bytes[length++] = one;
      }
    }
    return Payload.of(Arrays.copyOf(bytes, length));
  }

  private static Payload notTooLargeEscaped(Payload payload, Provider inner) {
    long escaped = 0;
    for (byte one : payload.toByteArray()) {
      escaped += one == 0 || one == '\'' || one == '\\' ? 2 : 1;
    }
    if (escaped >= 2L * inner.info().limits().maxPayloadBytes()) {
      throw new StoreUnavailable("enqueue", "the packet is too large", null);
    }
    return payload;
  }

  private static Payload cut(Payload payload, Provider provider) {
    int most = provider.info().limits().maxPayloadBytes();
    return payload.size() > most ? Payload.of(Arrays.copyOf(payload.toByteArray(), most)) : payload;
  }

  private static final class Payloads extends Altering {
    private final UnaryOperator<Payload> change;

    Payloads(Provider inner, UnaryOperator<Payload> change) {
      super(inner);
      this.change = change;
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return Change.of(message, message.instanceId(), change.apply(message.body())).build();
    }

    @Override
    HistoryEvent written(HistoryEvent event) {
      return new HistoryEvent(
          event.eventId(), event.kind(), change.apply(event.data()), event.recordedAt());
    }

    @Override
    ActivityTask written(ActivityTask task) {
      return ActivityTask.builder(
              task.identity(), task.name(), change.apply(task.input()), task.orchestrationName())
          .tag(task.tag())
          .sessionId(task.sessionId())
          .orchestrationVersion(task.orchestrationVersion())
          .build();
    }
  }

  private static final class LimitIsOneLess extends Altering {
    LimitIsOneLess(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      if (message.body().size() >= inner.info().limits().maxPayloadBytes()) {
        throw new InvalidRequest("enqueue", message.instanceId(), "the body is too large");
      }
      return message;
    }
  }

  private static final class StartsLoseTheirParent extends Altering {
    StartsLoseTheirParent(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      ExecutionStart start = message.start();
      return start == null
          ? message
          : Change.of(message)
              .start(new ExecutionStart(start.name(), start.version(), null))
              .build();
    }
  }

  private static final class KindsAreLowerCase extends Altering {
    KindsAreLowerCase(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return new OrchestratorMessage(
          message.instanceId(),
          message.kind().toLowerCase(Locale.ROOT),
          message.body(),
          message.due(),
          message.start(),
          message.messageId(),
          message.discardIfUnknown());
    }
  }

  private static final class Ids extends Altering {
    private final UnaryOperator<String> change;

    Ids(Provider inner, UnaryOperator<String> change) {
      super(inner);
      this.change = change;
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return Change.of(message, change.apply(message.instanceId())).build();
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      return super.readHistory(change.apply(instanceId), executionId, after, limit);
    }

    @Override
    public OptionalLong latestExecutionId(String instanceId) {
      return super.latestExecutionId(change.apply(instanceId));
    }
  }

  private static final class BadIdsAreUnknown extends Forwarding {
    BadIdsAreUnknown(Provider inner) {
      super(inner);
    }

    @Override
    public OptionalLong latestExecutionId(String instanceId) {
      try {
        return super.latestExecutionId(instanceId);
      } catch (InvalidRequest unchecked) {
        return OptionalLong.empty();
      }
    }
  }

  private static final class EventIdsAreDoubles extends Altering {
    EventIdsAreDoubles(Provider inner) {
      super(inner);
    }

    @Override
    HistoryEvent written(HistoryEvent event) {
      return new HistoryEvent(
          (long) (double) event.eventId(), event.kind(), event.data(), event.recordedAt());
    }
  }

  private static final class ExecutionIdsAreInts extends Forwarding {
    ExecutionIdsAreInts(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      long execution = Math.min(ack.executionId(), Integer.MAX_VALUE);
      return super.ackOrchestrationItem(Change.of(ack, ack.lockToken(), execution).build());
    }
  }

  private static final class KindsAreInterpreted extends Altering {
    KindsAreInterpreted(Provider inner) {
      super(inner);
    }

    @Override
    History read(History history) {
      List<HistoryEvent> events = new ArrayList<>();
      for (HistoryEvent event : history.events()) {
        events.add(event);
        if (event.kind().contains("Completed")) {
          break;
        }
      }
      return new History(history.lastEventId(), events, history.complete());
    }
  }

  private static final class Times extends Altering {
    private final UnaryOperator<Instant> change;

    Times(Provider inner, UnaryOperator<Instant> change) {
      super(inner);
      this.change = change;
    }

    @Override
    HistoryEvent written(HistoryEvent event) {
      return new HistoryEvent(
          event.eventId(), event.kind(), event.data(), change.apply(event.recordedAt()));
    }
  }

  private static final class DueTimesAreMilliseconds extends Altering {
    DueTimesAreMilliseconds(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return message.due() instanceof Due.At(Instant instant)
          ? Change.of(message).due(Due.at(instant.truncatedTo(ChronoUnit.MILLIS))).build()
          : message;
    }
  }

  private static final class BatchesAreCut extends Altering {
    BatchesAreCut(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.messages(item, item.messages().stream().limit(500).toList());
    }
  }

  private static final class HistoriesAreCut extends Altering {
    HistoriesAreCut(Provider inner) {
      super(inner);
    }

    @Override
    History read(History history) {
      return new History(
          history.lastEventId(), history.events().stream().limit(1_000).toList(), true);
    }
  }

  private static final class AnswersAreRecycled extends Forwarding {
    private final List<OrchestrationItem> answer = new ArrayList<>();

    AnswersAreRecycled(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      answer.clear();
      answer.addAll(items);
      return answer;
    }
  }
}
