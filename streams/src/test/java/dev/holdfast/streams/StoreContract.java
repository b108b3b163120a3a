// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.Provider;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests that run on each store. A contract {@code XContract} has two empty subclasses, {@code
 * XOnSqliteTest} and {@code XOnPostgresIT}; the name says the store.
 *
 * <p>Making a store costs more than most tests, so that the tests of a JVM share one for each kind:
 * a test keeps to ids of its own, {@link #id}. One that needs the log for itself, or damages rows,
 * says {@link #needsItsOwnStore}.
 */
@Timeout(120)
@Execution(ExecutionMode.SAME_THREAD)
public abstract class StoreContract {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  @RegisterExtension final Shared shared = new Shared();

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final int number = NUMBER.incrementAndGet();

  /** The store of the test. */
  protected Store store;

  /** The first handle of the store. */
  protected Provider provider;

  /** Whether each test of this class gets a fresh store. */
  protected boolean needsItsOwnStore() {
    return false;
  }

  /** Makes an id, or another name, that no other test has. */
  protected final String id(String name) {
    return name + "-" + number;
  }

  /** Has a resource closed after the test. */
  protected final <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  private Store openStore() {
    return getClass().getSimpleName().endsWith("OnPostgresIT") ? Store.postgres() : Store.sqlite();
  }

  @BeforeEach
  final void takeStore() {
    store = needsItsOwnStore() ? openStore() : shared.store();
    provider = store.provider();
  }

  @AfterEach
  final void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    if (needsItsOwnStore()) {
      store.close();
    }
  }

  /** Keeps the shared stores until all tests of the JVM have run. */
  final class Shared implements BeforeEachCallback {

    private ExtensionContext context;

    @Override
    public void beforeEach(ExtensionContext context) {
      this.context = context;
    }

    Store store() {
      String kind = StoreContract.this.getClass().getSimpleName().replaceFirst(".*On", "");
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(StoreContract.class))
          .getOrComputeIfAbsent(kind, any -> openStore(), Store.class);
    }
  }
}
