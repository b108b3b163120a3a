// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.changes;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamChange;
import dev.holdfast.provider.stream.UpdateProjection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many bytes of payload changes have to write. */
public final class ChangeSizes {

  private ChangeSizes() {}

  /** {@return the bytes of all of them} */
  public static long of(List<Change> changes) {
    long bytes = 0;
    for (Change change : changes) {
      bytes += of(change);
    }
    return bytes;
  }

  private static long of(Change change) {
    return switch (change) {
      case SendMessage(var message) -> message.body().size();
      case StateChange state -> of(state);
      case AppendInbox append -> size(append.message().payload());
      case ConsumeInbox consume -> 0;
      case DeliverTrigger trigger ->
          size(trigger.input().payload()) + trigger.wakeUp().body().size();
      case StreamChange stream -> of(stream);
    };
  }

  private static long of(StreamChange change) {
    long bytes = 0;
    switch (change) {
      case AppendEvents append -> {
        for (NewEvent event : append.events()) {
          bytes += event.data().size() + size(event.metadata());
        }
      }
      case PutSnapshot(var snapshot) -> bytes = snapshot.state().size();
      case UpdateProjection update -> {
        for (RowChange row : update.rows()) {
          bytes += row instanceof RowChange.Put put ? put.value().size() : 0;
        }
      }
    }
    return bytes;
  }

  private static long of(StateChange change) {
    return switch (change) {
      case CreateRun create -> size(create.data());
      case RunChange run -> size(run.data()) + of(run.suspension());
      case StepChange step -> size(step.outputs()) + of(step.suspension());
      case RestartRun restart -> 0;
      case DeleteRun delete -> 0;
      case EnsureStep ensure -> 0;
    };
  }

  private static long of(@Nullable Suspension suspension) {
    return suspension == null ? 0 : size(suspension.state()) + size(suspension.metadata());
  }

  private static long size(@Nullable Payload payload) {
    return payload == null ? 0 : payload.size();
  }
}
