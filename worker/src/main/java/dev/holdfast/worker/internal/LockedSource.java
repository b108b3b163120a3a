// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.Provider;
import dev.holdfast.worker.Unrunnable;
import dev.holdfast.worker.WorkerSettings;
import java.util.function.BiConsumer;

/**
 * What both queues have in common, as a worker sees them: items come locked, the lock is kept while
 * one is processed, and whatever was not settled goes back.
 *
 * @param <T> the items
 * @param <K> what names the code that an item needs
 */
abstract class LockedSource<T, K> implements Poller.Source<T> {

  final Provider provider;
  final WorkerSettings settings;
  final Engines engines;
  final Served<K> served;
  final Deliveries deliveries;
  private final RetryingStore store;
  private final LockRenewer locks;
  private final BiConsumer<T, HeldLock> process;

  LockedSource(
      Provider provider,
      RetryingStore store,
      LockRenewer locks,
      WorkerSettings settings,
      Engines engines,
      Served<K> served,
      Deliveries deliveries,
      BiConsumer<T, HeldLock> process) {
    this.provider = provider;
    this.store = store;
    this.locks = locks;
    this.settings = settings;
    this.engines = engines;
    this.served = served;
    this.deliveries = deliveries;
    this.process = process;
  }

  abstract LockToken token(T item);

  /** {@return what is locked, for people} */
  abstract String work(T item);

  abstract int deliveryCount(T item);

  /** {@return where it is noted what becomes of the item} */
  abstract WorkNotes notes(T item, boolean claimed);

  /** {@return whether an engine has the code that the item needs} */
  abstract boolean isServed(T item);

  @Override
  public Runnable accept(T item, boolean claimed) {
    if (settings.unrunnable() == Unrunnable.RELEASE && !isServed(item)) {
      served.metOthers();
    }
    LockToken token = token(item);
    HeldLock lock = locks.keep(token, work(item), notes(item, claimed));
    return () -> {
      try {
        process.accept(item, lock);
      } catch (Throwable e) {
        store.abandon(
            token, AbandonOptions.after(settings.redelivery().after(deliveryCount(item))));
        throw e;
      } finally {
        locks.release(token);
      }
    };
  }

  @Override
  public void memoryIsShort() {
    engines.memoryIsShort();
  }

  @Override
  public void giveBack(T item) {
    locks.release(token(item));
    store.abandon(token(item), AbandonOptions.now().uncounted());
  }
}
