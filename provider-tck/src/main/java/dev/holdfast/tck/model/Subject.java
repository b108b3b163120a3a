// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.List;

/** The side of the provider under test. Not thread-safe. */
final class Subject extends Side {

  private final StoreUnderTest store;
  private Handle handle;

  Subject(StoreUnderTest store, Handle handle, Timing timing) {
    super(timing);
    this.store = store;
    this.handle = handle;
  }

  @Override
  Provider provider() {
    return handle.provider();
  }

  @Override
  List<Line> ackTurns(List<OrchestrationAck> acks, boolean asList) {
    return asList
        ? provider().ackOrchestrationItems(acks).stream().map(Side::text).toList()
        : acks.stream().map(ack -> text(noted(provider().ackOrchestrationItem(ack)))).toList();
  }

  @Override
  List<Line> ackActivities(List<ActivityAck> acks, boolean asList) {
    return asList
        ? provider().ackActivityItems(acks).stream().map(Side::text).toList()
        : acks.stream().map(ack -> text(noted(provider().ackActivityItem(ack)))).toList();
  }

  @Override
  void reopen() {
    handle = store.reopen();
  }

  @Override
  void otherHandle() {
    handle = handle == store.first() ? store.second() : store.first();
  }

  @Override
  void moveTime(int steps) {
    store.moveTime(timing.steps(steps));
  }
}
