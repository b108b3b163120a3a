// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.mutants.Forwarding;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Fixtures of the reference with parts that throw. */
final class FailingParts {
  static final String WORDS = "the box is jammed";

  private FailingParts() {}

  private static IllegalStateException jammed() {
    return new IllegalStateException(WORDS, new UncheckedIOException(new NoSuchFileException("f")));
  }

  /** Right in everything; what is broken overrides something. */
  private abstract static class Base implements TckFixture {
    final ReferenceFixture right = new ReferenceFixture();

    @Override
    public ProviderIdentity provider() {
      return right.provider();
    }

    @Override
    public TestStore freshStore(String purpose) {
      return new Store(right.freshStore(purpose));
    }
  }

  /** Passes everything on. */
  private static class Store implements TestStore {
    final TestStore right;

    Store(TestStore right) {
      this.right = right;
    }

    @Override
    public Provider open() {
      return right.open();
    }

    @Override
    public Optional<TimeControl> timeControl() {
      return right.timeControl();
    }

    @Override
    public Optional<WhiteBox> whiteBox() {
      return right.whiteBox();
    }

    @Override
    public void close() {
      right.close();
    }
  }

  /** Its white box cannot be read. */
  public static final class JammedWhiteBox extends Base {

    /** Created by name. */
    public JammedWhiteBox() {}

    @Override
    public TestStore freshStore(String purpose) {
      return new Store(right.freshStore(purpose)) {
        @Override
        public Optional<WhiteBox> whiteBox() {
          return Optional.of(new Jammed());
        }
      };
    }

    private static final class Jammed implements WhiteBox {
      @Override
      public List<StoredRow> rows() {
        throw jammed();
      }

      @Override
      public void corrupt(RowKind kind, String instanceId) {
        throw jammed();
      }
    }
  }

  /** Its clock can be read and not moved. */
  public static final class JammedClock extends Base {

    /** Created by name. */
    public JammedClock() {}

    @Override
    public TestStore freshStore(String purpose) {
      TimeControl clock = right.freshStore(purpose).timeControl().orElseThrow();
      return new Store(right.freshStore(purpose)) {
        @Override
        public Optional<TimeControl> timeControl() {
          return Optional.of(
              new TimeControl() {
                @Override
                public Instant now() {
                  return clock.now();
                }

                @Override
                public void advance(Duration by) {
                  throw jammed();
                }

                @Override
                public boolean standsStill() {
                  return true;
                }
              });
        }
      };
    }
  }

  /** Its stores cannot be removed. */
  public static final class JammedStores extends Base {

    /** Created by name. */
    public JammedStores() {}

    @Override
    public TestStore freshStore(String purpose) {
      TestStore store = right.freshStore(purpose);
      return purpose.equals("round-trip")
          ? store
          : new Store(store) {
            @Override
            public void close() {
              super.close();
              throw jammed();
            }
          };
    }
  }

  /** It has no places, loudly. */
  public static final class JammedPlaces extends Base {

    /** Created by name. */
    public JammedPlaces() {}

    @Override
    public Optional<StorePlace> freshPlace(String purpose) {
      throw jammed();
    }
  }

  /** It never makes a store. */
  public static final class NoStores extends Base {
    static final AtomicInteger ASKED = new AtomicInteger();

    /** Created by name. */
    public NoStores() {}

    @Override
    public TestStore freshStore(String purpose) {
      ASKED.incrementAndGet();
      throw jammed();
    }
  }

  /** It makes a store for the round trip and two more. */
  public static final class FewStores extends Base {
    private final AtomicInteger made = new AtomicInteger();

    /** Created by name. */
    public FewStores() {}

    @Override
    public TestStore freshStore(String purpose) {
      if (made.incrementAndGet() > 3) {
        throw jammed();
      }
      return super.freshStore(purpose);
    }
  }

  /** It opens a provider whose calls fail. */
  public static final class FailingProvider extends BrokenFixture {

    /** Created by name. */
    public FailingProvider() {}

    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            protected boolean renewInstance(LockToken token, Duration extendFor) {
              throw jammed();
            }
          };
    }
  }
}
