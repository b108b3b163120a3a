// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Payload;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a turn does with features beyond the core.
 *
 * @param values the changes of key-values: a key to set, with a minus to clear, 0 to clear all
 * @param status what becomes of the custom status
 * @param tags which tags its activities get, 0 for none
 * @param sessions which sessions its activities get, 0 for none
 * @param pin the number of the version to pin to, 0 for none
 * @param changes the changes of runs, steps and messages that go with it
 */
record Additions(
    List<Integer> values,
    Status status,
    int tags,
    int sessions,
    int pin,
    List<StateDraft> changes) {

  /** What becomes of a custom status. */
  enum Status {
    KEEP,
    SET,
    CLEAR;

    private CustomStatusChange change(String label) {
      return switch (this) {
        case KEEP -> CustomStatusChange.keep();
        case SET -> new CustomStatusChange.Set(Payload.utf8(label));
        case CLEAR -> new CustomStatusChange.Clear();
      };
    }
  }

  /** A turn of the core. */
  static final Additions NONE = new Additions(List.of(), Status.KEEP, 0, 0, 0, List.of());

  Additions withValues(List<Integer> altered) {
    return new Additions(altered, status, tags, sessions, pin, changes);
  }

  Additions withStatus(Status changed) {
    return new Additions(values, changed, tags, sessions, pin, changes);
  }

  Additions withTags(int changed) {
    return new Additions(values, status, changed, sessions, pin, changes);
  }

  Additions withSessions(int changed) {
    return new Additions(values, status, tags, changed, pin, changes);
  }

  Additions withPin(int changed) {
    return new Additions(values, status, tags, sessions, changed, changes);
  }

  Additions withChanges(List<StateDraft> other) {
    return new Additions(values, status, tags, sessions, pin, other);
  }

  /** The tag of an activity; one of several activities in a row has none. */
  @Nullable String tag(int activity) {
    return tags == 0 ? null : Taken.tag((activity + tags) % (Taken.TAGS + 1));
  }

  /** The session of an activity; one of several activities in a row has none. */
  @Nullable String session(int activity) {
    return sessions == 0 ? null : Owner.session((activity + sessions) % (Owner.SESSIONS + 1));
  }

  void addTo(ExecutionMetadata.Builder metadata, String label) {
    values.forEach(change -> metadata.keyValue(change(change, label)));
    metadata.customStatus(status.change(label));
    metadata.runtimeVersion(pin == 0 ? null : Taken.pin(pin));
  }

  private static KeyValueMutation change(int change, String label) {
    String key = "k" + Math.abs(change);
    return change == 0
        ? new KeyValueMutation.ClearAll()
        : change < 0
            ? new KeyValueMutation.Clear(key)
            : new KeyValueMutation.Set(key, Payload.utf8(label));
  }

  @Override
  public String toString() {
    return (values.isEmpty() ? "" : ", values " + values)
        + (status == Status.KEEP ? "" : ", status " + status.name().toLowerCase(Locale.ROOT))
        + (tags == 0 ? "" : ", tags from " + tags)
        + (sessions == 0 ? "" : ", sessions from " + sessions)
        + (pin == 0 ? "" : ", pinned to " + Taken.pin(pin))
        + (changes.isEmpty() ? "" : ", with " + changes);
  }
}
