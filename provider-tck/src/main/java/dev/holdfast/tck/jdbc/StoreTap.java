// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.fixture.WriterHold;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sits between a provider and its driver: counts what passes through all connections that it has
 * wrapped, and disturbs it when told to. Thread-safe.
 *
 * <p>What it cannot see: rows that a store reads and does not answer; what passes a connection that
 * was unwrapped. Calls inside a batch cannot be disturbed one by one. A statement outside any
 * transaction counts as its own commit when its text has a word that writes, or when the author of
 * the fixture says so.
 */
public final class StoreTap implements FaultInjection, StatementCounter {

  private final JdbcErrors errors;
  private final boolean overNetwork;
  private final Predicate<String> writes;
  private Traffic traffic = Traffic.NONE;
  private @Nullable Fault armed;
  private int left;
  private boolean struck;
  private @Nullable HeldCommit standing;
  private int before;
  private @Nullable Set<String> texts;
  private final Deque<HeldCommit> held = new ArrayDeque<>();

  /**
   * Creates a tap that lets everything pass.
   *
   * @param errors how the exceptions of the driver look
   * @param overNetwork whether there is a network between driver and store
   */
  public StoreTap(JdbcErrors errors, boolean overNetwork) {
    this(errors, overNetwork, SqlText::writes);
  }

  /**
   * Creates a tap that lets everything pass, for a store whose functions write without a word that
   * says so.
   *
   * @param errors how the exceptions of the driver look
   * @param overNetwork whether there is a network between driver and store
   * @param writes whether a statement, given its text, writes
   */
  public StoreTap(JdbcErrors errors, boolean overNetwork, Predicate<String> writes) {
    this.errors = errors;
    this.overNetwork = overNetwork;
    this.writes = writes;
  }

  /**
   * Wraps a connection.
   *
   * @param connection the driver's
   * @return the same connection behind this tap
   */
  public Connection wrap(Connection connection) {
    return new ConnectionTap(this, connection).proxy();
  }

  /**
   * Wraps a source of connections.
   *
   * @param dataSource the driver's, below any pool
   * @return the same source, whose connections are behind this tap
   */
  public DataSource wrap(DataSource dataSource) {
    return Proxies.of(
        DataSource.class,
        (proxy, method, arguments) -> {
          Object answer = Proxies.call(dataSource, method, arguments);
          return answer instanceof Connection connection ? wrap(connection) : answer;
        });
  }

  /**
   * Makes a call that writes, on a thread of its own, and holds it before its first commit: whoever
   * waits for its transaction waits until the answer is closed. The commit then fails as if others
   * had been in the way, so that nothing of the call is stored. For the {@link
   * dev.holdfast.tck.fixture.WriterHold} of a store with one writer, with a tap and a handle of its
   * own.
   *
   * @param writing the call; what it throws is not looked at
   * @return what is held
   * @throws IllegalStateException when the call commits nothing
   */
  public WriterHold.Held holdAtCommit(Runnable writing) {
    HeldCommit hold = new HeldCommit(false);
    synchronized (this) {
      held.add(hold);
    }
    hold.begin(writing);
    return hold;
  }

  /**
   * A hold on commits, for stores whose calls end with a commit of their own. A statement that
   * commits itself cannot be held.
   *
   * @return the hold
   */
  public CommitHold commitHold() {
    return new CommitHold() {
      @Override
      public Held take() {
        HeldCommit hold = new HeldCommit(true);
        synchronized (StoreTap.this) {
          held.add(hold);
        }
        return hold;
      }

      @Override
      public boolean severalAtOnce() {
        return true;
      }
    };
  }

  /**
   * The hold that the next commit meets, null for none.
   *
   * @param wrote whether it is that of a transaction that has written
   */
  synchronized @Nullable HeldCommit nextHold(boolean wrote) {
    held.removeIf(HeldCommit::isOver);
    HeldCommit next = held.peek();
    if (next == null || (next.takesEffect() && !wrote)) {
      return null;
    }
    return held.poll();
  }

  @Override
  public Optional<CommitHold.Held> standBefore(int statement) {
    HeldCommit hold = new HeldCommit(true);
    synchronized (this) {
      standing = hold;
      before = statement;
    }
    return Optional.of(hold);
  }

  /** The hold that the next statement meets, null for none. */
  synchronized @Nullable HeldCommit nextStanding() {
    HeldCommit next = standing;
    if (next == null || --before > 0) {
      return null;
    }
    standing = null;
    return next.isOver() ? null : next;
  }

  @Override
  public synchronized void arm(Fault fault) {
    armed = fault;
    left = fault.number();
    struck = false;
  }

  @Override
  public synchronized void disarm() {
    armed = null;
  }

  @Override
  public synchronized boolean struck() {
    return struck;
  }

  @Override
  public synchronized Traffic soFar() {
    return traffic;
  }

  @Override
  public boolean overNetwork() {
    return overNetwork;
  }

  /**
   * The texts of the statements that pass meanwhile, for a {@link
   * dev.holdfast.tck.fixture.PlanReader}.
   *
   * @param calls what is done meanwhile; not nested
   * @return each different text once, in the order in which they came
   */
  public List<String> textsDuring(Runnable calls) {
    Set<String> seen = new LinkedHashSet<>();
    listen(seen);
    try {
      calls.run();
    } finally {
      listen(null);
    }
    synchronized (this) {
      return List.copyOf(seen);
    }
  }

  private synchronized void listen(@Nullable Set<String> listener) {
    texts = listener;
  }

  synchronized void passing(String sql) {
    if (texts != null) {
      texts.add(sql);
    }
  }

  synchronized void count(Traffic more) {
    traffic = traffic.plus(more);
  }

  boolean writes(String sql) {
    return writes.test(sql);
  }

  SQLException error(Fault.Kind kind) {
    return errors.of(kind);
  }

  /** The fault that hits the next one of these, null for none. */
  synchronized @Nullable Fault next(Fault.Place place) {
    Fault fault = armed;
    if (fault == null || fault.place() != place || --left > 0) {
      return null;
    }
    armed = null;
    struck = true;
    return fault;
  }
}
