// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.server.TestServer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one JVM that wait, emptied, for the next test. To empty one costs the server a
 * twentieth of what it costs to make one and to drop it. Thread-safe.
 */
final class LentStores implements AutoCloseable {

  static final LentStores OF_THIS_JVM = new LentStores();

  /** Begins the names of the roles of stores that wait. */
  private static final String WAITING = "waiting_%d_".formatted(ProcessHandle.current().pid());

  private static final int MOST_WAITING = 8;

  private final Deque<LentStore> waiting = new ArrayDeque<>();
  private long number;
  private boolean hooked;

  /** Lends one that is empty: one that waits, else a new one that opening it makes. */
  LentStore lend() {
    LentStore store = poll();
    if (store == null) {
      return new LentStore(Tenant.inSharedDatabase());
    }
    store.enterAs(Tenant.newName());
    return store;
  }

  private synchronized @Nullable LentStore poll() {
    return waiting.poll();
  }

  /** Takes one back, to lend it again or to drop it. */
  void takeBack(LentStore store) {
    store.leaveAs(nextName());
    if (!store.empty() || !keep(store)) {
      store.drop();
    }
  }

  private synchronized String nextName() {
    return WAITING + number++;
  }

  private synchronized boolean keep(LentStore store) {
    if (waiting.size() == MOST_WAITING) {
      return false;
    }
    if (!hooked && TestServer.get().staysAfterThisJvm()) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }
    hooked = true;
    waiting.push(store);
    return true;
  }

  /** Drops those that wait. */
  @Override
  public void close() {
    for (LentStore store = poll(); store != null; store = poll()) {
      store.drop();
    }
  }
}
