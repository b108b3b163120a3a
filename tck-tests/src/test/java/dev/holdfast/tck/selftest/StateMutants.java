// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.mutants.Forwarding;
import dev.holdfast.tck.mutants.Moment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Providers that are broken where changes, runs, steps and inboxes are concerned. */
final class StateMutants {

  private StateMutants() {}

  /** Offers other changes, or another way to read runs, steps and inboxes. */
  static class Restating extends Forwarding {
    Restating(Provider inner) {
      super(inner);
    }

    /** The changes that are offered. */
    Changes changes(Changes right) {
      return right;
    }

    /** The answer to a read of runs, steps and inboxes. */
    Object read(String call, Object answer) {
      return answer;
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return super.capability(type)
          .map(right ->
              switch (right) {
                case Changes changes -> type.cast(changes(changes));
                case StateTables tables -> reads(type, tables);
                case DurableInbox inbox -> reads(type, inbox);
                case Triggers triggers -> reads(type, triggers);
                default -> right;
              });
    }

    private <C extends Capability> C reads(Class<C> type, Capability right) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (self, method, arguments) -> {
                try {
                  return read(method.getName(), method.invoke(right, arguments));
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }
  }

  /** Changes whose call does something else than it should. */
  private record Applying(
      Changes right, BiFunction<List<Change>, @Nullable Fence, List<ChangeResult>> call)
      implements Changes {
    @Override
    public int maxChanges() {
      return right.maxChanges();
    }

    @Override
    public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
      return call.apply(changes, fence);
    }
  }

  /** Whoever applies changes may, whatever token it shows. */
  public static final class LooksAtNoFence extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Restating(inner) {
            @Override
            Changes changes(Changes right) {
              return new Applying(right, (changes, fence) -> right.apply(changes, null));
            }
          };
    }
  }

  /** What stands in front of a change that does not fit is applied. */
  public static final class LeavesWhatStandsBefore extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Restating(inner) {
            @Override
            Changes changes(Changes right) {
              return new Applying(
                  right,
                  (changes, fence) -> {
                    try {
                      return right.apply(changes, fence);
                    } catch (Permanent refused) {
                      Integer place = refused.changeIndex();
                      if (place != null) {
                        right.apply(changes.subList(0, place), fence);
                      }
                      throw refused;
                    }
                  });
            }
          };
    }
  }

  /** The changes of a turn that is refused are applied. */
  public static final class LeavesTheChangesOfRefusedTurns extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public AckResult ackOrchestrationItem(OrchestrationAck ack) {
              AckResult result = super.ackOrchestrationItem(ack);
              if (result instanceof AckResult.Rejected) {
                try {
                  super.capability(Changes.class).orElseThrow().apply(ack.changes());
                } catch (Permanent refused) {
                  return result;
                }
              }
              return result;
            }
          };
    }
  }

  /** Runs that have failed are not counted. */
  public static final class CountsNoFailedRun extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Restating(inner) {
            @Override
            Object read(String call, Object answer) {
              if (!call.equals("runCounts")) {
                return answer;
              }
              Map<Object, Object> counts = new HashMap<>((Map<?, ?>) answer);
              counts.put(RunStatus.FAILED, 0L);
              return counts;
            }
          };
    }
  }

  /** The error of a step is not kept. */
  public static final class ForgetsTheErrorsOfSteps extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Restating(inner) {
            @Override
            Object read(String call, Object answer) {
              return answer instanceof List<?> steps
                  ? steps.stream()
                      .map(Step.class::cast)
                      .map(
                          step -> new Step(step.summary(), step.outputs(), step.suspension(), null))
                      .toList()
                  : answer;
            }
          };
    }
  }

  /** Each change of a list is a commit of its own. */
  public static final class AppliesOneByOne extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Restating(inner) {
            @Override
            Changes changes(Changes right) {
              return new Applying(
                  right,
                  (changes, fence) -> {
                    List<ChangeResult> results = new ArrayList<>();
                    for (Change change : changes) {
                      results.addAll(right.apply(List.of(change), fence));
                      Moment.pass();
                    }
                    return results;
                  });
            }
          };
    }
  }

  /** Reads of a run show what the read before should have shown. */
  public static final class ShowsTheRunBefore extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Map<String, Object> before = new ConcurrentHashMap<>();
      return inner ->
          new Restating(inner) {
            @Override
            Object read(String call, Object answer) {
              if (!call.equals("run") || !(answer instanceof Optional<?> run) || run.isEmpty()) {
                return answer;
              }
              String id = ((Run) run.get()).summary().runId();
              return Objects.requireNonNullElse(before.put(id, answer), answer);
            }
          };
    }
  }

  /** The first message of an inbox is not among those that are pending. */
  public static final class HidesTheFirstMessage extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Restating(inner) {
            @Override
            Object read(String call, Object answer) {
              return call.equals("pending") && answer instanceof List<?> all && !all.isEmpty()
                  ? all.subList(1, all.size())
                  : answer;
            }
          };
    }
  }

  /** Where a source stands is not kept. */
  public static final class KeepsNoCursor extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Restating(inner) {
            @Override
            Object read(String call, Object answer) {
              return call.equals("cursor") ? Optional.empty() : answer;
            }
          };
    }
  }
}
