// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reference as a store that can be disturbed: each writing call is one statement and its
 * commit. A mutant stands before it, so that what it does in several calls can be cut between them.
 */
final class DisturbedFixture extends ChangedFixture {

  private final UnaryOperator<Provider> mutant;

  DisturbedFixture(UnaryOperator<Provider> mutant) {
    super(new ReferenceFixture());
    this.mutant = mutant;
  }

  @Override
  public TestStore freshStore(String purpose) {
    Faulty faulty = new Faulty();
    return new ChangedStore(super.freshStore(purpose)) {
      @Override
      public Optional<FaultInjection> faults() {
        return Optional.of(faulty);
      }

      @Override
      protected Provider handle(Provider right) {
        return mutant.apply(new Disturbed(right, faulty));
      }
    };
  }

  /** The fault that is armed. Thread-safe. */
  private static final class Faulty implements FaultInjection {
    private @Nullable Fault armed;
    private int count;
    private boolean struck;

    @Override
    public synchronized void arm(Fault fault) {
      armed = fault;
      count = 0;
      struck = false;
    }

    @Override
    public synchronized boolean struck() {
      return struck;
    }

    @Override
    public synchronized void disarm() {
      armed = null;
    }

    /** The fault that hits the next call. */
    synchronized @Nullable Fault next() {
      count++;
      if (armed == null || count != armed.number()) {
        return null;
      }
      struck = true;
      return armed;
    }
  }

  private static final class Disturbed extends Forwarding {
    /** How the names of all acks begin. */
    private static final String ACK = "ack";

    private final Faulty faulty;

    Disturbed(Provider inner, Faulty faulty) {
      super(inner);
      this.faulty = faulty;
    }

    /** What is lost behind a commit has happened; all else has not. */
    private <T> T disturbed(String operation, Supplier<T> call) {
      Fault fault = faulty.next();
      if (fault == null) {
        return call.get();
      }
      if (fault.kind() == Kind.CONTENTION) {
        throw new StoreContention(operation, "busy", null);
      }
      if (fault.place() == Place.STATEMENT) {
        throw new StoreUnavailable(operation, "cut", null);
      }
      String answer = fault.moment() == Moment.AFTER ? String.valueOf(call.get()) : "never made";
      throw new OutcomeUnknown(operation, "cut from its answer: " + answer, null);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
      return disturbed("enqueue", () -> super.enqueue(message, eager));
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return disturbed(ACK, () -> super.ackOrchestrationItem(ack));
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      return disturbed(ACK, () -> super.ackActivityItem(ack));
    }

    @Override
    public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
      return disturbed(ACK, () -> inner.ackActivityItems(acks));
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      if (type == Changes.class) {
        return super.capability(Changes.class).map(right -> type.cast(changes(right)));
      }
      if (type == Triggers.class) {
        return super.capability(Triggers.class).map(right -> type.cast(triggers(right)));
      }
      return super.capability(type);
    }

    private Changes changes(Changes right) {
      return new Changes() {
        @Override
        public int maxChanges() {
          return right.maxChanges();
        }

        @Override
        public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
          return disturbed("apply", () -> right.apply(changes, fence));
        }
      };
    }

    private Triggers triggers(Triggers right) {
      return new Retriggered(inner).new Reads() {
        @Override
        public TriggerDelivered deliver(DeliverTrigger trigger) {
          return disturbed("deliver", () -> right.deliver(trigger));
        }
      };
    }
  }
}
