// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.tck.mutants.Forwarding;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Random histories find what is broken, show it with few operations, and find nothing else. */
class RandomHistoriesMutantsIT {

  private static final Pattern LENGTH = Pattern.compile("found, (\\d+) of \\d+ operations");
  private static final int SHORT = 10;

  private static final Map<Map<String, String>, KitRun> RUNS = new ConcurrentHashMap<>();

  @TestFactory
  Stream<DynamicTest> findNothingInTheReference() {
    return IntStream.rangeClosed(1, 3)
        .mapToObj(
            seed -> dynamicTest("seed " + seed, () -> expectNothing(ReferenceFixture.class, seed)));
  }

  @TestFactory
  Stream<DynamicTest> findNothingWhereTheClockRuns() {
    return Stream.of(RunningClockFixture.class, SmallestFixture.class)
        .map(fixture -> dynamicTest(fixture.getSimpleName(), () -> expectNothing(fixture, 1)));
  }

  @TestFactory
  Stream<DynamicTest> findAndShrinkWhatIsBroken() {
    return Stream.of(
            Mutants.MergesMessages.class,
            CountsEveryDelivery.class,
            EndsListsAtTheFirstRefusal.class,
            ReadsAClearedStatusAgain.class,
            TakesUntaggedBesideTwoTags.class,
            TakesWhatIsBetweenTwoRanges.class,
            KnowsAcksOfTheDeleted.class,
            KnowsOneOwner.class,
            CountsNoSessions.class,
            KeepsIdleSessions.class,
            StateMutants.LooksAtNoFence.class,
            StateMutants.LeavesWhatStandsBefore.class)
        .map(mutant -> dynamicTest(mutant.getSimpleName(), () -> expectFound(mutant)));
  }

  @TestFactory
  Stream<DynamicTest> findAndShrinkWhatIsBrokenInStates() {
    return Stream.of(
            StateMutants.LooksAtNoFence.class,
            StateMutants.LeavesWhatStandsBefore.class,
            StateMutants.LeavesTheChangesOfRefusedTurns.class,
            StateMutants.CountsNoFailedRun.class,
            StateMutants.ForgetsTheErrorsOfSteps.class,
            StateMutants.HidesTheFirstMessage.class,
            StateMutants.KeepsNoCursor.class)
        .map(mutant ->
            dynamicTest(mutant.getSimpleName(), () -> expectShrunk(run(mutant, "CHANGE-24", 1))));
  }

  @Test
  void findWhatIsBrokenBetweenThreads() {
    expectFound(DeliversTwiceAtTheSameTime.class, "No order of these");
  }

  @Test
  void findListsThatAreAppliedInParts() {
    expectFound(StateMutants.AppliesOneByOne.class, "CHANGE-24", "No order of these");
  }

  @TestFactory
  Stream<DynamicTest> findWhatIsBrokenInRecords() {
    return Map.of(
            ShowsTheStatusBefore.class, "A read of its custom status",
            ShowsTheValueBefore.class, "A read of its key-value",
            StateMutants.ShowsTheRunBefore.class, "A read of its run",
            DeletesNothing.class, "came through the deletion",
            KnowsAcksOfTheDeleted.class, "came through the deletion")
        .entrySet()
        .stream()
        .map(one ->
            dynamicTest(
                one.getKey().getSimpleName(), () -> expectFound(one.getKey(), one.getValue())));
  }

  private static void expectFound(Class<?> mutant, String text) {
    expectFound(mutant, "CONC-01", text);
  }

  private static void expectFound(Class<?> mutant, String rule, String text) {
    List<String> messages =
        run(mutant, rule, 1).ended().stream()
            .flatMap(one -> one.result().getThrowable().stream())
            .map(error -> String.valueOf(error.getMessage()))
            .toList();

    assertTrue(
        messages.stream().anyMatch(message -> message.contains(text)), () -> messages.toString());
  }

  private static void expectNothing(Class<?> fixture, int seed) {
    KitRun run = run(fixture, seed);

    assertTrue(run.otherFailures().isEmpty(), () -> run.otherFailures().toString());
    assertEquals(Set.of(), run.violated());
    assertEquals(run.ended().size(), run.ended(Status.SUCCESSFUL).size());
  }

  private static void expectFound(Class<?> mutant) {
    expectShrunk(run(mutant, 1));
  }

  private static void expectShrunk(KitRun run) {
    List<Integer> lengths = new ArrayList<>();
    for (KitRun.Ended one : run.ended()) {
      String message =
          one.result().getThrowable().map(Throwable::getMessage).orElse("nothing was found");
      Matcher length = LENGTH.matcher(message);
      if (length.find()) {
        lengths.add(Integer.valueOf(length.group(1)));
        assertTrue(message.contains("<-- differs"), message);
      }
    }
    assertEquals(1, lengths.size());
    assertTrue(lengths.get(0) <= SHORT, () -> "as many as " + lengths + " operations");
  }

  private static KitRun run(Class<?> fixture, int seed) {
    return run(fixture, "CONC-01", seed);
  }

  /** Several tests look at what one run has said. */
  private static KitRun run(Class<?> fixture, String rule, int seed) {
    return RUNS.computeIfAbsent(
        Map.of(
            "tck.fixture", fixture.getName(),
            "tck.rules", rule,
            "tck.seed", Integer.toString(seed)),
        parameters -> KitRun.of(KitRun.AllRules.class, parameters));
  }

  /** An abandon never takes its delivery back. */
  public static final class CountsEveryDelivery extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            protected void abandonInstance(LockToken token, AbandonOptions how) {
              super.abandonInstance(token, AbandonOptions.after(how.delay()));
            }
          };
    }
  }

  /** One bad ack of a list takes those behind it along. */
  public static final class EndsListsAtTheFirstRefusal extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
              List<AckResult> results = new ArrayList<>();
              for (OrchestrationAck ack : acks) {
                boolean over =
                    results.stream().anyMatch(result -> result instanceof AckResult.Rejected);
                results.add(over ? results.get(results.size() - 1) : ackOrchestrationItem(ack));
              }
              return results;
            }
          };
    }
  }

  /** A status that was cleared is read again by who has seen that. */
  public static final class ReadsAClearedStatusAgain extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public <C extends Capability> Optional<C> capability(Class<C> type) {
              return super.capability(type)
                  .map(right ->
                      right instanceof CustomStatus status ? type.cast(again(status)) : right);
            }

            private static CustomStatus again(CustomStatus right) {
              return (id, seen) ->
                  right
                      .read(id, Math.max(0, seen - 1))
                      .filter(reading -> reading.value() == null || reading.version() > seen);
            }
          };
    }
  }

  /** A filter that names several tags takes activities without a tag too. */
  public static final class TakesUntaggedBesideTwoTags extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
              return super.fetchActivityItems(
                  request.tagFilter() instanceof TagFilter.Tags(Set<String> names)
                          && names.size() > 1
                      ? request.withTagFilter(new TagFilter.UntaggedOr(names))
                      : request);
            }
          };
    }
  }

  /** Several ranges of versions are one from the lowest to the highest. */
  public static final class TakesWhatIsBetweenTwoRanges extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
              VersionFilter versions = request.versionFilter();
              return super.fetchOrchestrationItems(
                  versions == null || versions.ranges().isEmpty()
                      ? request
                      : request.withVersionFilter(hull(versions.ranges())));
            }

            private static VersionFilter hull(List<VersionRange> ranges) {
              return new VersionFilter(
                  List.of(
                      new VersionRange(
                          ranges.stream()
                              .map(VersionRange::from)
                              .min(Comparator.naturalOrder())
                              .orElseThrow(),
                          ranges.stream()
                              .map(VersionRange::to)
                              .max(Comparator.naturalOrder())
                              .orElseThrow())));
            }
          };
    }
  }

  /** The repeat of an ack is recognised though its instance was deleted. */
  public static final class KnowsAcksOfTheDeleted extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Set<LockToken> applied = ConcurrentHashMap.newKeySet();
      return inner ->
          new Forwarding(inner) {
            @Override
            public AckResult ackOrchestrationItem(OrchestrationAck ack) {
              AckResult result = super.ackOrchestrationItem(ack);
              if (result instanceof AckResult.Applied) {
                applied.add(ack.lockToken());
              }
              boolean deleted = super.latestExecutionId(ack.lockToken().instanceId()).isEmpty();
              return deleted && applied.contains(ack.lockToken())
                  ? AckResult.alreadyApplied()
                  : result;
            }
          };
    }
  }

  /** Whoever asks has the sessions of all. */
  public static final class KnowsOneOwner extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
              SessionClaim claim = request.session();
              return super.fetchActivityItems(
                  claim == null
                      ? request
                      : request.withSession(
                          new SessionClaim("o1", claim.leaseFor(), claim.maxSessions())));
            }
          };
    }
  }

  /** An owner gets more sessions than it asks for. */
  public static final class CountsNoSessions extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
              SessionClaim claim = request.session();
              return super.fetchActivityItems(
                  claim == null
                      ? request
                      : request.withSession(SessionClaim.of(claim.owner(), claim.leaseFor())));
            }
          };
    }
  }

  /** A session that nobody uses is renewed too. */
  public static final class KeepsIdleSessions extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public <C extends Capability> Optional<C> capability(Class<C> type) {
              return super.capability(type)
                  .map(right ->
                      right instanceof Sessions sessions ? type.cast(keeping(sessions)) : right);
            }

            private static Sessions keeping(Sessions right) {
              return new Sessions() {
                @Override
                public int renewSessions(Set<String> owners, Duration extendFor, Duration idle) {
                  return right.renewSessions(owners, extendFor, Duration.ofDays(1));
                }

                @Override
                public boolean releaseSession(String owner, String sessionId) {
                  return right.releaseSession(owner, sessionId);
                }

                @Override
                public int cleanupSessions() {
                  return right.cleanupSessions();
                }
              };
            }
          };
    }
  }

  /** Reads of the status show what the read before should have shown. */
  public static final class ShowsTheStatusBefore extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Map<String, Optional<CustomStatus.Reading>> before = new ConcurrentHashMap<>();
      return inner ->
          new Forwarding(inner) {
            @Override
            public <C extends Capability> Optional<C> capability(Class<C> type) {
              return super.capability(type)
                  .map(right ->
                      right instanceof CustomStatus status ? type.cast(late(status)) : right);
            }

            private CustomStatus late(CustomStatus right) {
              return (id, seen) -> {
                Optional<CustomStatus.Reading> now = right.read(id, seen);
                return Objects.requireNonNullElse(before.put(id, now), now);
              };
            }
          };
    }
  }

  /** Reads of a key show what the read before should have shown. */
  public static final class ShowsTheValueBefore extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Map<String, Optional<KeyValue>> before = new ConcurrentHashMap<>();
      return inner ->
          new Forwarding(inner) {
            @Override
            public <C extends Capability> Optional<C> capability(Class<C> type) {
              return super.capability(type)
                  .map(
                      right -> right instanceof KeyValues values ? type.cast(late(values)) : right);
            }

            private KeyValues late(KeyValues right) {
              return new KeyValues() {
                @Override
                public Optional<KeyValue> read(String instanceId, String key) {
                  Optional<KeyValue> now = right.read(instanceId, key);
                  return Objects.requireNonNullElse(before.put(instanceId, now), now);
                }

                @Override
                public Map<String, KeyValue> readAll(String instanceId) {
                  return right.readAll(instanceId);
                }
              };
            }
          };
    }
  }

  /** What is deleted stays. */
  public static final class DeletesNothing extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public <C extends Capability> Optional<C> capability(Class<C> type) {
              return super.capability(type)
                  .map(right ->
                      right instanceof InstanceDeletion deletion
                          ? type.cast(sparing(deletion))
                          : right);
            }

            private static InstanceDeletion sparing(InstanceDeletion right) {
              return new InstanceDeletion() {
                @Override
                public Counts delete(List<String> instanceIds, boolean force) {
                  return new Counts(instanceIds.size(), 0, 0, 0, 0);
                }

                @Override
                public Counts deleteBulk(BulkFilter filter) {
                  return right.deleteBulk(filter);
                }
              };
            }
          };
    }
  }

  /** Answers the same instance to those who fetch at the same time. */
  public static final class DeliversTwiceAtTheSameTime extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      AtomicReference<List<OrchestrationItem>> last = new AtomicReference<>(List.of());
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
              List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
              boolean together = !Thread.currentThread().getName().equals("main");
              return items.isEmpty() && together ? last.get() : remembered(items);
            }

            private List<OrchestrationItem> remembered(List<OrchestrationItem> items) {
              last.set(items);
              return items;
            }
          };
    }
  }
}
