// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.sqlite.SqliteProviderFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Opens stores whose handles do something in another way, for the children of {@link ChildMutants}:
 * they find it on a class path of their own, under URLs such as {@code mutant-late:FILE}.
 */
public final class ChildFactory implements ProviderFactory {

  private static final String SCHEME = "mutant-";

  /** Longer than it takes to be killed. */
  private static final long LATE_NANOS = 300_000_000;

  private static final long BETWEEN_NANOS = 30_000_000;

  /** For {@link java.util.ServiceLoader}. */
  public ChildFactory() {}

  /** A URL under which this factory opens a store. */
  static String url(Way way, String url) {
    return url.replaceFirst("^sqlite:", SCHEME + way.name().toLowerCase(Locale.ROOT) + ":");
  }

  /** What is done in another way. */
  enum Way {
    /** Lists that send a message first are answered, and stored later. */
    LATE,
    /** Acks are applied, and then their changes are. */
    APART,
    /** Each change of a list that comes alone is a commit of its own. */
    SINGLY,
    /** So is each event that is appended or archived. */
    EVENT_BY_EVENT
  }

  @Override
  public String id() {
    return "mutant";
  }

  @Override
  public boolean accepts(ProviderConfig config) {
    String url = config.location();
    return url != null && url.startsWith(SCHEME);
  }

  @Override
  public Provider open(ProviderConfig config) {
    String url = Objects.requireNonNull(config.location());
    int colon = url.indexOf(':');
    Way way = Way.valueOf(url.substring(SCHEME.length(), colon).toUpperCase(Locale.ROOT));
    Provider right =
        new SqliteProviderFactory()
            .open(ProviderConfig.url("sqlite" + url.substring(colon)).build());
    Changes changes = right.capability(Changes.class).orElseThrow();
    return switch (way) {
      case LATE -> offering(right, late(changes));
      case SINGLY -> offering(right, singly(changes));
      case EVENT_BY_EVENT -> EventByEvent.of(right, BETWEEN_NANOS);
      case APART -> ChangedProvider.of(right, ChildFactory::ackedApart);
    };
  }

  private static Provider offering(Provider right, Changes changes) {
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) ->
            call.equals("capability") && Changes.class.equals(argument)
                ? Optional.of(changes)
                : proceed.call());
  }

  private abstract static class Other implements Changes {
    private final Changes right;

    Other(Changes right) {
      this.right = right;
    }

    @Override
    public int maxChanges() {
      return right.maxChanges();
    }
  }

  private static Changes late(Changes right) {
    BlockingQueue<List<Change>> waiting = new LinkedBlockingQueue<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              List<Change> next = waiting.take();
              LockSupport.parkNanos(LATE_NANOS);
              right.apply(next);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return new Other(right) {
      @Override
      public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
        if (!(changes.get(0) instanceof SendMessage)) {
          return right.apply(changes, fence);
        }
        waiting.add(changes);
        return Collections.nCopies(changes.size(), new MessageSent(true));
      }
    };
  }

  private static Changes singly(Changes right) {
    return new Other(right) {
      @Override
      public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
        List<ChangeResult> results = new ArrayList<>();
        for (Change change : changes) {
          results.addAll(right.apply(List.of(change), fence));
          LockSupport.parkNanos(BETWEEN_NANOS);
        }
        return results;
      }
    };
  }

  private static @Nullable Object ackedApart(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    return switch (argument) {
      case OrchestrationAck ack ->
          changed(right, right.ackOrchestrationItem(ack.withChanges(List.of())), ack.changes());
      case ActivityAck ack ->
          changed(right, right.ackActivityItem(ack.withChanges(List.of())), ack.changes());
      case List<?> acks when call.startsWith("ack") -> {
        List<Object> results = new ArrayList<>();
        for (Object ack : acks) {
          results.add(ackedApart(right, call, ack, proceed));
        }
        yield results;
      }
      case null, default -> proceed.call();
    };
  }

  private static AckResult changed(Provider right, AckResult result, List<Change> changes) {
    LockSupport.parkNanos(BETWEEN_NANOS);
    return result instanceof AckResult.Applied applied
        ? applied.withResults(right.capability(Changes.class).orElseThrow().apply(changes))
        : result;
  }
}
