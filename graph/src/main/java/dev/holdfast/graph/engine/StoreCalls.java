// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.StateTables;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The calls of a client, which ride out short disturbances of the store. What is written is written
 * with the versions that were read; when they have moved on, it is read and decided again.
 * Thread-safe.
 */
final class StoreCalls {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** So often is a decision made again; somebody else has moved the row each time. */
  private static final int MOST_LOOKS = 1_000;

  final Provider provider;
  final StateTables tables;
  final RowReader reader;
  private final Changes changes;
  private final Predicate<OrchestratorMessage> starter;
  private final RunAudit audit;

  StoreCalls(Provider provider, Predicate<OrchestratorMessage> starter) {
    this.provider = provider;
    this.audit = new RunAudit(provider);
    this.starter = starter;
    this.tables =
        provider
            .capability(StateTables.class)
            .orElseThrow(() -> new ProviderError.NotSupported("graph", Feature.STATE_TABLES));
    this.changes =
        provider
            .capability(Changes.class)
            .orElseThrow(() -> new ProviderError.NotSupported("graph", Feature.CHANGES));
    this.reader = new RowReader(tables, provider.info().limits().maxPageSize());
  }

  /** Makes a call that only reads. */
  <T> T read(Supplier<T> call) {
    return repeat(call);
  }

  /** Stores a message that has an id, or that may be there twice. */
  void send(OrchestratorMessage message) {
    repeat(() -> provider.enqueue(message).stored());
  }

  /** Stores changes that may be stored again, since their ids recognise it. */
  List<ChangeResult> apply(List<Change> repeatable) {
    return repeat(() -> changes.apply(repeatable));
  }

  /** Stores a start; returns whether it is new. */
  boolean start(OrchestratorMessage message) {
    boolean[] open = {false};
    return repeat(() -> {
      try {
        boolean stored = open[0] ? provider.enqueue(message).stored() : starter.test(message);
        return stored || open[0];
      } catch (ProviderError.OutcomeUnknown e) {
        open[0] = true; // what is there then may be this one
        throw e;
      }
    });
  }

  /** What a look at the rows leads to. */
  record Decision<T>(List<Change> changes, T answer) {}

  /**
   * Looks at rows, decides, and stores, until what was decided is stored or nothing is to be.
   *
   * @param look reads and decides; no changes when there is nothing to store
   */
  <T> T decide(Supplier<Decision<T>> look) {
    for (int looks = 1; ; looks++) {
      Decision<T> decision = read(look);
      if (decision.changes().isEmpty() || isApplied(decision.changes(), looks)) {
        return decision.answer();
      }
    }
  }

  private boolean isApplied(List<Change> decided, int looks) {
    try {
      audit.applied(decided, changes.apply(decided));
      return true;
    } catch (ProviderError.VersionConflict
        | ProviderError.IllegalTransition
        | ProviderError.NotFound
        | ProviderError.Retryable e) {
      if (looks >= MOST_LOOKS) {
        throw e;
      }
      return false;
    }
  }

  private static <T> T repeat(Supplier<T> call) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return call.get();
      } catch (ProviderError.Retryable e) {
        if (System.nanoTime() - deadline >= 0 || !slept(pause)) {
          throw e;
        }
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
  }

  private static boolean slept(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
