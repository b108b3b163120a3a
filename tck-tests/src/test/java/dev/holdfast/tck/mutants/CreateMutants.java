// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Instances that are born too early, twice, or under the wrong name. */
final class CreateMutants {

  private CreateMutants() {}

  static List<Mutant> all() {
    return new Family("CREATE")
        .store(
            "creates-on-enqueue",
            "Enqueue writes an execution.",
            "duroxide: the instance row was made by enqueue",
            store -> createsOnEnqueue())
        .store(
            "creates-children-with-the-parent",
            "A child exists as soon as its parent is acked.",
            "CREATE-09: rows inferred from messages",
            store -> createsChildrenWithTheParent())
        .store(
            "the-start-wins",
            "Name and version are those of the first delivery for ever.",
            "CREATE-02: metadata is ignored when a start was seen",
            store -> theStartWins())
        .store(
            "a-new-start-renames",
            "A start for an instance that exists gives it another name.",
            "CREATE-08: an upsert in enqueue",
            store -> inner -> new NewStartRenames(inner))
        .handle(
            "a-word-for-no-version",
            "An absent version is delivered as a word.",
            "duroxide: \"unknown\" was stored as the version",
            WordForNoVersion::new)
        .handle(
            "start-must-be-first",
            "A start is noticed only when it is the first message of the batch.",
            "CREATE-07: batch[0]",
            StartMustBeFirst::new)
        .handle(
            "the-last-start-wins",
            "Of several starts in a batch the last gives name and version.",
            "CREATE-07: a loop that overwrites",
            LastStartWins::new)
        .handle(
            "one-start-per-batch",
            "Of several starts in a batch one is delivered.",
            "CREATE-07: starts are merged",
            OneStartPerBatch::new)
        .handle(
            "name-without-version-clears-it",
            "A later ack with a name and no version takes the version away.",
            "CREATE-11: SET name = ?, version = ?",
            NameClearsVersion::new)
        .handle(
            "metadata-is-made-up",
            "An ack without a name gets one.",
            "CREATE-05: the provider interprets the start",
            MetadataIsMadeUp::new)
        .handle(
            "no-row-no-history",
            "An instance without a row has no history.",
            "CREATE-06: an inner join",
            NoRowNoHistory::new)
        .handle(
            "a-start-alone-is-not-enough",
            "A new instance is delivered when a second message has come.",
            "CREATE-01: a join with the rest of the batch",
            StartAloneIsNotEnough::new)
        .handle(
            "starts-need-a-version",
            "A start without a version waits for one.",
            "CREATE-01: a NOT NULL column",
            StartsNeedAVersion::new)
        .handle(
            "the-first-name-stays",
            "A later ack with another name does not replace the first.",
            "CREATE-11: INSERT OR IGNORE of the instance row",
            FirstNameStays::new)
        .mutants();
  }

  private static UnaryOperator<Provider> createsOnEnqueue() {
    Set<String> started = ConcurrentHashMap.newKeySet();
    return inner ->
        new Forwarding(inner) {
          @Override
          public EnqueueResult enqueue(OrchestratorMessage message) {
            EnqueueResult result = super.enqueue(message);
            started.add(message.instanceId());
            return result;
          }

          @Override
          public OptionalLong latestExecutionId(String instanceId) {
            OptionalLong latest = super.latestExecutionId(instanceId);
            return latest.isEmpty() && started.contains(instanceId) ? OptionalLong.of(1) : latest;
          }
        };
  }

  private static UnaryOperator<Provider> createsChildrenWithTheParent() {
    Set<String> children = ConcurrentHashMap.newKeySet();
    return inner ->
        new Forwarding(inner) {
          @Override
          public AckResult ackOrchestrationItem(OrchestrationAck ack) {
            AckResult result = super.ackOrchestrationItem(ack);
            ack.messages().stream()
                .filter(message -> message.start() != null)
                .forEach(message -> children.add(message.instanceId()));
            return result;
          }

          @Override
          public OptionalLong latestExecutionId(String instanceId) {
            OptionalLong latest = super.latestExecutionId(instanceId);
            return latest.isEmpty() && children.contains(instanceId) ? OptionalLong.of(1) : latest;
          }
        };
  }

  private static UnaryOperator<Provider> theStartWins() {
    Map<String, OrchestrationItem> first = new ConcurrentHashMap<>();
    return inner ->
        new Altering(inner) {
          @Override
          OrchestrationItem delivered(OrchestrationItem item) {
            OrchestrationItem known =
                Objects.requireNonNullElse(first.putIfAbsent(item.instanceId(), item), item);
            return Change.label(item, known.name(), known.version());
          }
        };
  }

  private static @Nullable ExecutionStart start(OrchestrationItem item) {
    return item.messages().stream()
        .map(OrchestratorMessage::start)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static final class NewStartRenames extends Altering {
    NewStartRenames(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      ExecutionStart start = start(item);
      return start == null ? item : Change.label(item, start.name(), start.version());
    }
  }

  private static final class WordForNoVersion extends Altering {
    WordForNoVersion(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.label(item, item.name(), Objects.requireNonNullElse(item.version(), "none"));
    }
  }

  private static final class StartMustBeFirst extends Altering {
    StartMustBeFirst(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      boolean hidden = start(item) != null && item.messages().get(0).start() == null;
      return hidden ? Change.label(item, null, null) : item;
    }
  }

  private static final class LastStartWins extends Altering {
    LastStartWins(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      ExecutionStart last = null;
      for (OrchestratorMessage message : item.messages()) {
        last = message.start() != null ? message.start() : last;
      }
      boolean fresh = inner.latestExecutionId(item.instanceId()).isEmpty();
      return fresh && last != null ? Change.label(item, last.name(), last.version()) : item;
    }
  }

  private static final class OneStartPerBatch extends Altering {
    OneStartPerBatch(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      List<OrchestratorMessage> messages = new ArrayList<>();
      boolean started = false;
      for (OrchestratorMessage message : item.messages()) {
        if (message.start() == null || !started) {
          messages.add(message);
        }
        started |= message.start() != null;
      }
      return Change.messages(item, messages);
    }
  }

  private static final class NameClearsVersion extends Altering {
    private final Set<String> cleared = ConcurrentHashMap.newKeySet();

    NameClearsVersion(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      String id = ack.lockToken().instanceId();
      if (ack.metadata().name() != null && ack.metadata().version() == null) {
        cleared.add(id);
      } else if (ack.metadata().version() != null) {
        cleared.remove(id);
      }
      return ack;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return cleared.contains(item.instanceId()) ? Change.label(item, item.name(), null) : item;
    }
  }

  private static final class MetadataIsMadeUp extends Altering {
    MetadataIsMadeUp(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return ack.metadata().equals(ExecutionMetadata.none())
          ? Change.of(ack).metadata(ExecutionMetadata.builder().name("order").build()).build()
          : ack;
    }
  }

  private static final class NoRowNoHistory extends Altering {
    NoRowNoHistory(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return item.name() == null ? Change.history(item, History.empty()) : item;
    }
  }

  private static final class StartAloneIsNotEnough extends Forwarding {
    StartAloneIsNotEnough(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream()
          .filter(item -> item.messages().size() > 1 || start(item) == null)
          .toList();
    }
  }

  private static final class StartsNeedAVersion extends Forwarding {
    StartsNeedAVersion(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      ExecutionStart start = message.start();
      boolean waits = start != null && start.version() == null;
      return super.enqueue(waits ? Change.of(message).start(null).build() : message);
    }
  }

  private static final class FirstNameStays extends Altering {
    private final Map<String, String> names = new ConcurrentHashMap<>();

    FirstNameStays(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      Optional.ofNullable(ack.metadata().name())
          .ifPresent(name -> names.putIfAbsent(ack.lockToken().instanceId(), name));
      return ack;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return item.name() == null
          ? item
          : Change.label(item, names.getOrDefault(item.instanceId(), item.name()), item.version());
    }
  }
}
