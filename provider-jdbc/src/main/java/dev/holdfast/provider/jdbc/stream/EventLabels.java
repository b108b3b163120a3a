// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.Tag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Labels of events: numbers by which the log is filtered, one for the category, the type, the ids
 * and each tag. A filter is a range of labels in log order, whatever it asks for.
 *
 * <p>A label is a hash, so that different names may have the same one: what labels find is compared
 * again, by {@link LogFilter#matches}. The label of an id that is a UUID of version 7, whose first
 * half is a time, is that half: events of one time have their labels side by side, where hashes lie
 * everywhere, and each append would write to another page of the store. Stored; the computation
 * never changes, but that such ids were hashed at first, so that they are looked for under both.
 * Immutable and thread-safe.
 */
public final class EventLabels {

  /** The labels that stores keep. */
  public static final EventLabels STANDARD = new EventLabels(-1L);

  private static final char CATEGORY = 'c';
  private static final char TYPE = 't';
  private static final char EVENT_ID = 'e';
  private static final char CORRELATION = 'r';
  private static final char CAUSATION = 'a';
  private static final char TAG = 'g';

  /** Kinds of ids have neighbouring labels: those of one id, and its time, lie together. */
  private static final String KIND = "" + EVENT_ID + CORRELATION + CAUSATION;

  private static final long KINDS = 4;
  private static final int UUID_LENGTH = 36;
  private static final int UUID_VERSION = 14;

  /** Stands between the parts of a tag: no identifier has it. */
  private static final char SEPARATOR = '\u001F';

  private final long mask;

  /**
   * Creates labels.
   *
   * @param mask which bits of the hash count: all, but in tests of names with equal labels
   */
  public EventLabels(long mask) {
    this.mask = mask;
  }

  /**
   * Computes the labels of an event.
   *
   * @param stream its stream
   * @param event the event
   * @return the labels, ascending, each once
   */
  public List<Long> of(StreamId stream, NewEvent event) {
    return labels(stream, event, (kind, id) -> List.of(ofId(kind, id)));
  }

  /**
   * Computes the labels that an event has, whenever it was stored.
   *
   * @param stream its stream
   * @param event the event
   * @return {@link #of}, and those that it would have had before
   */
  public List<Long> everOf(StreamId stream, NewEvent event) {
    return labels(stream, event, this::everOfId);
  }

  private List<Long> labels(
      StreamId stream, NewEvent event, BiFunction<Character, String, List<Long>> ofId) {
    TreeSet<Long> labels = new TreeSet<>();
    labels.add(label(CATEGORY, stream.category()));
    labels.add(label(TYPE, event.type()));
    labels.addAll(ofId.apply(EVENT_ID, event.eventId()));
    if (event.correlationId() != null) {
      labels.addAll(ofId.apply(CORRELATION, event.correlationId()));
    }
    if (event.causationId() != null) {
      labels.addAll(ofId.apply(CAUSATION, event.causationId()));
    }
    event.tags().forEach(tag -> labels.add(label(tag)));
    return List.copyOf(labels);
  }

  private long ofId(char kind, String id) {
    Long half = timeOf(id);
    return half == null ? label(kind, id) : ((half & -KINDS) + KIND.indexOf(kind)) & mask;
  }

  /** The label of an id, and behind it the one that it would have had before, if that is other. */
  private List<Long> everOfId(char kind, String id) {
    return Stream.of(ofId(kind, id), label(kind, id)).distinct().toList();
  }

  /** The first half of an id that is a UUID of version 7, written as the JDK writes it. */
  private static @Nullable Long timeOf(String id) {
    if (id.length() != UUID_LENGTH || id.charAt(UUID_VERSION) != '7') {
      return null;
    }
    try {
      UUID uuid = UUID.fromString(id);
      return uuid.variant() == 2 && uuid.toString().equals(id)
          ? uuid.getMostSignificantBits()
          : null;
    } catch (IllegalArgumentException e) {
      return null; // another text of that length
    }
  }

  /**
   * Computes what a filter asks for, but its time.
   *
   * @param filter the filter
   * @return the conditions, those that few events fulfil first; an event needs one label of each.
   *     Empty when it asks for nothing
   */
  public List<List<Long>> conditions(LogFilter filter) {
    List<List<Long>> conditions = new ArrayList<>();
    addOne(conditions, EVENT_ID, filter.eventId());
    addOne(conditions, CAUSATION, filter.causationId());
    addOne(conditions, CORRELATION, filter.correlationId());
    filter.tags().stream()
        .map(this::label)
        .distinct()
        .sorted()
        .map(List::of)
        .forEach(conditions::add);
    addAny(conditions, TYPE, filter.types());
    addAny(conditions, CATEGORY, filter.categories());
    return conditions;
  }

  private void addOne(List<List<Long>> conditions, char kind, @Nullable String name) {
    if (name != null) {
      conditions.add(everOfId(kind, name));
    }
  }

  private void addAny(List<List<Long>> conditions, char kind, Collection<String> names) {
    if (!names.isEmpty()) {
      conditions.add(names.stream().map(name -> label(kind, name)).distinct().sorted().toList());
    }
  }

  private long label(Tag tag) {
    return label(TAG, tag.key() + SEPARATOR + tag.value());
  }

  private long label(char kind, String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((kind + name).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong() & mask;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
