// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.mutants.Forwarding;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Every store and handle that a test opens is closed, however the test ends. */
class ClosingTest {

  @Test
  void storesAndHandlesAreClosedAfterSuccess() {
    KitRun run = run(Counting.class);

    assertEquals(List.of(), run.ended(Status.FAILED));
    expectAllClosed();
  }

  @Test
  void storesAndHandlesAreClosedAfterFailure() {
    KitRun run = run(Failing.class);

    assertFalse(run.ended(Status.FAILED).isEmpty());
    expectAllClosed();
  }

  private static KitRun run(Class<?> fixture) {
    Counting.stores.set(0);
    Counting.handles.set(0);
    Counting.opened.set(0);
    return KitRun.of(
        KitRun.AllRules.class,
        Map.of("tck.fixture", fixture.getName(), "tck.rules", "LOCK-03,LOCK-08"));
  }

  private static void expectAllClosed() {
    assertTrue(Counting.opened.get() > 2, "hardly anything was opened");
    assertEquals(0, Counting.stores.get(), "stores left open");
    assertEquals(0, Counting.handles.get(), "handles left open");
  }

  /** Counts what is open; handles are counted at their first close. */
  public static class Counting implements TckFixture {

    static final AtomicInteger opened = new AtomicInteger();
    static final AtomicInteger stores = new AtomicInteger();
    static final AtomicInteger handles = new AtomicInteger();

    private final ReferenceFixture right = new ReferenceFixture();

    /** Created by name. */
    public Counting() {}

    @Override
    public ProviderIdentity provider() {
      return right.provider();
    }

    /** A handle on a store. */
    Provider handle(Provider inner) {
      return inner;
    }

    @Override
    public TestStore freshStore(String purpose) {
      TestStore store = right.freshStore(purpose);
      stores.incrementAndGet();
      return new TestStore() {
        @Override
        public Provider open() {
          opened.incrementAndGet();
          handles.incrementAndGet();
          return new Forwarding(handle(store.open())) {
            private boolean closed;

            @Override
            public void close() {
              if (!closed) {
                closed = true;
                handles.decrementAndGet();
              }
              super.close();
            }
          };
        }

        @Override
        public Optional<TimeControl> timeControl() {
          return store.timeControl();
        }

        @Override
        public void close() {
          stores.decrementAndGet();
          store.close();
        }
      };
    }
  }

  /** The same with a provider that loses every start. */
  public static final class Failing extends Counting {

    /** Created by name. */
    public Failing() {}

    @Override
    Provider handle(Provider inner) {
      return new Forwarding(inner) {
        @Override
        public EnqueueResult enqueue(OrchestratorMessage message) {
          if (message.start() == null) {
            return super.enqueue(message);
          }
          return EnqueueResult.of(true);
        }
      };
    }
  }
}
