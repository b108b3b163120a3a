// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Activities of the toy engine: what they return is added to the instance that asked. */
class Sums implements ActivityHandler {

  /** Code of users. */
  interface Code {
    int run(ActivityDelivery delivery) throws Exception;
  }

  final Queue<String> notes = new ConcurrentLinkedQueue<>();
  private final String name;
  private final Code code;

  Sums(String name, Code code) {
    this.name = name;
    this.code = code;
  }

  @Override
  public Set<String> names() {
    return Set.of(name);
  }

  @Override
  public ActivityResult run(ActivityDelivery delivery) throws Exception {
    notes.add("run " + delivery.deliveries());
    int number = delivery.runInterruptibly(() -> code.run(delivery));
    return new ActivityResult.Done(message(delivery, number));
  }

  @Override
  public ActivityResult fail(ActivityDelivery delivery, WorkFailure why) {
    notes.add("fail " + why.reason());
    return new ActivityResult.Done(message(delivery, -1));
  }

  static OrchestratorMessage message(ActivityDelivery delivery, int number) {
    return OrchestratorMessage.builder(
            delivery.task().instanceId(), "add", Payload.utf8("" + number))
        .discardIfUnknown(true)
        .build();
  }
}
