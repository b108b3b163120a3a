// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one exception type that a provider throws (ERR-01). It comes in two families that say what to
 * do next:
 *
 * <ul>
 *   <li>{@link Retryable}: the same call may succeed when repeated; repeating it is always safe.
 *   <li>{@link Permanent}: repeating the call cannot help.
 * </ul>
 *
 * <p>Decide by type, never by message text. A cause that the provider does not know is a {@link
 * StoreFailure}, never something retryable (ERR-03). Messages name the operation, the instance and
 * what was wrong, and never carry payloads, passwords or a URL with credentials (ERR-05).
 *
 * <p>A permanent error of an ack is not thrown but returned as {@link AckResult.Rejected}; a
 * retryable one is always thrown (ERR-04).
 *
 * <p>Immutable apart from what {@link Throwable} allows and {@link Permanent#atChange}; safe to
 * hand to other threads.
 */
public abstract sealed class ProviderError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String operation;
  private final @Nullable String instanceId;

  private ProviderError(
      String operation, @Nullable String instanceId, String detail, @Nullable Throwable cause) {
    super(
        instanceId == null
            ? operation + ": " + detail
            : operation + " [instance " + instanceId + "]: " + detail,
        cause);
    this.operation = Objects.requireNonNull(operation, "operation");
    this.instanceId = instanceId;
  }

  /**
   * {@return the call that failed, by its method name in the SPI, such as {@code
   * ackOrchestrationItem}; for a value that could not be built, the name of its type; never blank}
   */
  public final String operation() {
    return operation;
  }

  /**
   * The instance this error is about. For a refused deletion it is the root or the busy member that
   * prevents it (DELETE-05, DELETE-15).
   *
   * @return the instance id, null when the error is about none or more than one
   */
  public final @Nullable String instanceId() {
    return instanceId;
  }

  /**
   * {@return whether repeating the same call can succeed: true for {@link Retryable}, false for
   * {@link Permanent}}
   */
  public final boolean isRetryable() {
    return this instanceof Retryable;
  }

  /** The disturbance passes: the same call on the same handle succeeds once it is over (ERR-09). */
  public abstract static sealed class Retryable extends ProviderError {
    private static final long serialVersionUID = 1L;

    private Retryable(
        String operation, @Nullable String instanceId, String detail, @Nullable Throwable cause) {
      super(operation, instanceId, detail, cause);
    }
  }

  /** Repeating the call cannot help. */
  public abstract static sealed class Permanent extends ProviderError {
    private static final long serialVersionUID = 1L;

    private @Nullable Integer changeIndex;

    private Permanent(
        String operation, @Nullable String instanceId, String detail, @Nullable Throwable cause) {
      super(operation, instanceId, detail, cause);
    }

    /**
     * Which {@link Change} of the call does not fit (CHANGE-05).
     *
     * @return its place in the list, counted from 0, in a list of acks within its own ack; null
     *     when the error is about no change, such as a lost lock or a duplicate event
     */
    public final @Nullable Integer changeIndex() {
      return changeIndex;
    }

    /**
     * Says which change of the call this error is about. For providers, once, before the error is
     * thrown or returned.
     *
     * @param index the place of the change in its list, from 0
     * @return this error
     * @throws IllegalStateException when it was said before
     */
    public final Permanent atChange(int index) {
      if (changeIndex != null) {
        throw new IllegalStateException("the change was said before: " + changeIndex);
      }
      changeIndex = index;
      return this;
    }

    /** {@return the message, with the place of the change if it is about one} */
    @Override
    public String getMessage() {
      String message = Objects.requireNonNullElse(super.getMessage(), "");
      return changeIndex == null ? message : message + " (change " + changeIndex + ")";
    }
  }

  // ---- retryable
  // ----------------------------------------------------------------------------------------------------

  /**
   * The store cannot be reached or cannot work now: connection refused or lost, pool exhausted,
   * failover, disk full.
   */
  public static final class StoreUnavailable extends Retryable {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that failed
     * @param detail what happened, without payloads and secrets
     * @param cause the store's own error, or null
     */
    public StoreUnavailable(String operation, String detail, @Nullable Throwable cause) {
      super(operation, null, detail, cause);
    }
  }

  /**
   * The store works, but other transactions are in the way: deadlock, serialization failure, lock
   * wait, busy file.
   */
  public static final class StoreContention extends Retryable {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that failed
     * @param detail what happened, without payloads and secrets
     * @param cause the store's own error, or null
     */
    public StoreContention(String operation, String detail, @Nullable Throwable cause) {
      super(operation, null, detail, cause);
    }
  }

  /**
   * The connection broke at the commit: the call happened completely or not at all, and the
   * provider cannot tell which. Repeat it with the same token (acks) or the same message id
   * (enqueue) to learn it (CRASH-06, CRASH-07).
   */
  public static final class OutcomeUnknown extends Retryable {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that failed
     * @param detail what happened, without payloads and secrets
     * @param cause the store's own error, or null
     */
    public OutcomeUnknown(String operation, String detail, @Nullable Throwable cause) {
      super(operation, null, detail, cause);
    }
  }

  // ---- permanent
  // ----------------------------------------------------------------------------------------------------

  /**
   * The token does not hold the lock or lease: expired, taken over, released, cancelled, deleted or
   * never given out. {@link #instanceId()} is null when it is the token of a lease, whose name the
   * message has.
   */
  public static final class LockLost extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param token the token that was shown
     * @param detail why it is not good
     */
    public LockLost(String operation, Fence token, String detail) {
      super(operation, instanceOf(token), token + ": " + detail, null);
    }

    private static @Nullable String instanceOf(Fence token) {
      return switch (token) {
        case LockToken lock -> lock.instanceId();
        case InboxToken message -> message.key().runId();
        case LeaseToken lease -> null;
      };
    }
  }

  /** A history delta contains an event id that the execution already has (ATOM-05). */
  public static final class DuplicateEvent extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param instanceId the instance
     * @param executionId the execution
     * @param eventId the event id that is stored already
     */
    public DuplicateEvent(String operation, String instanceId, long executionId, long eventId) {
      super(
          operation,
          instanceId,
          "execution %d already has event %d; event ids are appended once"
              .formatted(executionId, eventId),
          null);
    }
  }

  /** The store knows nothing of the instance or execution that was asked for. */
  public static final class NotFound extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param instanceId the instance, null when it is about none
     * @param detail what was not found
     */
    public NotFound(String operation, @Nullable String instanceId, String detail) {
      super(operation, instanceId, detail, null);
    }
  }

  /**
   * The request is wrong in itself or does not fit what is stored. Nothing was written (ERR-07).
   */
  public static final class InvalidRequest extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused, or the type that could not be built
     * @param detail what was wrong and what would be right
     */
    public InvalidRequest(String operation, String detail) {
      super(operation, null, detail, null);
    }

    /**
     * Creates the error about one instance.
     *
     * @param operation the SPI call that was refused
     * @param instanceId the instance this is about, null for none
     * @param detail what was wrong and what would be right
     */
    public InvalidRequest(String operation, @Nullable String instanceId, String detail) {
      super(operation, instanceId, detail, null);
    }
  }

  /** A running instance was to be deleted without force (DELETE-05). */
  public static final class InstanceBusy extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param instanceId the running instance, which may be a member of the tree that was asked for
     * @param detail what keeps it busy
     */
    public InstanceBusy(String operation, String instanceId, String detail) {
      super(operation, instanceId, detail, null);
    }
  }

  /**
   * What is stored has another version than was seen: somebody changed it. Reading and deciding
   * again can help; repeating cannot.
   */
  public static final class VersionConflict extends Permanent {
    private static final long serialVersionUID = 1L;
    private final String subject;
    private final long expectedVersion;
    private final long foundVersion;
    private final @Nullable LogPosition foundPosition;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param runId the run
     * @param subject what has the version, such as {@code step order-17/review}
     * @param expectedVersion the version that the change has seen, 0 when nothing was to be there
     * @param foundVersion the version that is stored, 0 when nothing is there
     */
    public VersionConflict(
        String operation, String runId, String subject, long expectedVersion, long foundVersion) {
      super(
          operation,
          runId,
          "%s has version %d, and the change has seen %d; read it again"
              .formatted(subject, foundVersion, expectedVersion),
          null);
      this.subject = Objects.requireNonNull(subject, "subject");
      this.expectedVersion = expectedVersion;
      this.foundVersion = foundVersion;
      foundPosition = null;
    }

    /**
     * Creates the error about a stream that is not as an append expects it (STREAM-05).
     *
     * @param operation the SPI call that was refused
     * @param stream the stream
     * @param expected what was expected
     * @param foundVersion the version of its last event, 0 when it has none
     */
    public VersionConflict(
        String operation, StreamId stream, Expected expected, long foundVersion) {
      this(
          operation,
          "stream " + stream,
          "stream %s is at version %d, and %s was expected; read what is new and decide again"
              .formatted(stream, foundVersion, expected.inWords()),
          expected.version(),
          foundVersion,
          null);
    }

    /**
     * Creates the error about something that is no run.
     *
     * @param operation the SPI call that was refused
     * @param subject what has the version, such as {@code stream order/17}
     * @param detail what does not fit, and what to do
     * @param expectedVersion the version that was expected
     * @param foundVersion the version that is stored, 0 when nothing is there
     * @param foundPosition the checkpoint that is stored, null when it is about none
     */
    public VersionConflict(
        String operation,
        String subject,
        String detail,
        long expectedVersion,
        long foundVersion,
        @Nullable LogPosition foundPosition) {
      super(operation, null, detail, null);
      this.subject = Objects.requireNonNull(subject, "subject");
      this.expectedVersion = expectedVersion;
      this.foundVersion = foundVersion;
      this.foundPosition = foundPosition;
    }

    /**
     * {@return what has the version: {@code run order-17}, {@code step order-17/review}, {@code
     * message 3 of order-17/review/trigger}, {@code stream order/17}, {@code projection totals}}
     */
    public String subject() {
      return subject;
    }

    /**
     * {@return the version that the change has seen, 0 when nothing was to be there; for a stream
     * the least that was expected}
     */
    public long expectedVersion() {
      return expectedVersion;
    }

    /** {@return the version that is stored, 0 when nothing is there} */
    public long foundVersion() {
      return foundVersion;
    }

    /** {@return the checkpoint that is stored, absent when it is not about one (PROJECTION-05)} */
    public @Nullable LogPosition foundPosition() {
      return foundPosition;
    }
  }

  /** A change leads from the present status to one that may not follow it. */
  public static final class IllegalTransition extends Permanent {
    private static final long serialVersionUID = 1L;
    private final String subject;
    private final String from;
    private final String to;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param runId the run
     * @param subject what has the status, such as {@code step order-17/review}
     * @param from the present status, {@code none} when nothing is there
     * @param to the status that was asked for
     */
    public IllegalTransition(
        String operation, String runId, String subject, String from, String to) {
      super(operation, runId, "%s is %s and cannot become %s".formatted(subject, from, to), null);
      this.subject = Objects.requireNonNull(subject, "subject");
      this.from = Objects.requireNonNull(from, "from");
      this.to = Objects.requireNonNull(to, "to");
    }

    /**
     * {@return what has the status: {@code run order-17}, {@code step order-17/review}, {@code
     * message 3 of order-17/review/trigger}}
     */
    public String subject() {
      return subject;
    }

    /** {@return the present status, {@code none} when nothing is there} */
    public String from() {
      return from;
    }

    /** {@return the status that was asked for} */
    public String to() {
      return to;
    }
  }

  /**
   * A message id was used before with other content (QUEUE-09), or the key of an append
   * (STREAM-20). What was stored first stays as it was.
   */
  public static final class IdempotencyMismatch extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param instanceId the addressed instance, null when it is about none
     * @param messageId the message id that was used before
     */
    public IdempotencyMismatch(String operation, @Nullable String instanceId, String messageId) {
      super(
          operation,
          instanceId,
          "message id \"%s\" was used before with other content; repeat the same content or choose another id"
              .formatted(messageId),
          null);
    }

    /**
     * Creates the error about the key of an append.
     *
     * @param operation the SPI call that was refused
     * @param stream the stream
     * @param key the key that was used before
     */
    public IdempotencyMismatch(String operation, StreamId stream, String key) {
      super(
          operation,
          null,
          "key \"%s\" of stream %s was used before with other content; repeat the same content or choose another key"
              .formatted(key, stream),
          null);
    }
  }

  /** A stored row cannot be read. Other rows are not affected (ERR-11). */
  public static final class CorruptData extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that met the row
     * @param instanceId the instance the row belongs to, or null when even that cannot be read
     * @param detail which row, and what is wrong with it
     * @param cause the error of reading it, or null
     */
    public CorruptData(
        String operation, @Nullable String instanceId, String detail, @Nullable Throwable cause) {
      super(operation, instanceId, detail, cause);
    }
  }

  /**
   * The request uses a {@link Feature} that this provider does not declare. Nothing was written
   * (SPI-08).
   */
  public static final class NotSupported extends Permanent {
    private static final long serialVersionUID = 1L;
    private final Feature feature;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that was refused
     * @param feature the feature that is not declared
     */
    public NotSupported(String operation, Feature feature) {
      super(
          operation,
          null,
          "this provider does not declare " + feature + "; see Provider.info().features()",
          null);
      this.feature = feature;
    }

    /**
     * Creates the error about one instance or run.
     *
     * @param operation the SPI call that was refused
     * @param instanceId the instance or run this is about, null for none
     * @param feature the feature that is not declared
     */
    public NotSupported(String operation, @Nullable String instanceId, Feature feature) {
      super(
          operation,
          instanceId,
          "this provider does not declare " + feature + "; see Provider.info().features()",
          null);
      this.feature = feature;
    }

    /** {@return the feature that would be needed} */
    public Feature feature() {
      return feature;
    }
  }

  /**
   * Configuration, schema or rights do not fit; an operator has to change something (SPI-03,
   * SPI-04, SCHEMA).
   */
  public static final class Misconfigured extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation what was attempted, usually {@code open}
     * @param detail what does not fit and what to change
     * @param cause the underlying error, or null
     */
    public Misconfigured(String operation, String detail, @Nullable Throwable cause) {
      super(operation, null, detail, cause);
    }

    /**
     * Creates the error without a cause.
     *
     * @param operation what was attempted, usually {@code open}
     * @param detail what does not fit and what to change
     */
    public Misconfigured(String operation, String detail) {
      this(operation, detail, null);
    }
  }

  /** The store failed in a way that the provider does not know (ERR-03). */
  public static final class StoreFailure extends Permanent {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param operation the SPI call that failed
     * @param detail what happened, without payloads and secrets
     * @param cause the store's own error
     */
    public StoreFailure(String operation, String detail, @Nullable Throwable cause) {
      super(operation, null, detail, cause);
    }
  }
}
