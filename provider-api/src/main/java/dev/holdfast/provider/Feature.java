// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import org.jspecify.annotations.Nullable;

/**
 * What a provider may offer beyond the core. Declared in {@link ProviderInfo#features()}; what is
 * not declared is refused with {@link ProviderError.NotSupported} before anything is written
 * (SPI-08).
 *
 * <p>New constants may be added in later versions; a {@code switch} over features needs a default.
 */
public enum Feature {
  /** {@code versionFilter} in a fetch and {@code runtimeVersion} in metadata. */
  VERSION_FILTER(null),
  /** {@code tag} of an activity, and filters that name tags. */
  TAGS(null),
  /** {@code sessionId} of an activity, session claims, and {@link Sessions}. */
  SESSIONS(Sessions.class),
  /** {@code customStatus} in metadata, and {@link CustomStatus}. */
  CUSTOM_STATUS(CustomStatus.class),
  /** {@code keyValues} in metadata, {@code kvSnapshot} of items, and {@link KeyValues}. */
  KEY_VALUES(KeyValues.class),
  /** {@link InstanceAdmin}. */
  INSTANCE_ADMIN(InstanceAdmin.class),
  /** {@link InstanceDeletion}; needs {@link #INSTANCE_ADMIN}. */
  INSTANCE_DELETION(InstanceDeletion.class),
  /** {@link ExecutionPruning}; needs {@link #INSTANCE_ADMIN}. */
  EXECUTION_PRUNING(ExecutionPruning.class),
  /** {@link TransactionalEnqueue}. */
  TRANSACTIONAL_ENQUEUE(TransactionalEnqueue.class),
  /**
   * Claims are honoured; where it is not declared they are ignored, which is always right
   * (CLAIM-01).
   */
  EAGER_DISPATCH(null),
  /**
   * Turns ahead are applied where they fit; where it is not declared they are ignored, which is
   * always right (AHEAD-01). Needs {@link #EAGER_DISPATCH}.
   */
  TURNS_AHEAD(null),
  /**
   * {@code changes} in both kinds of ack, and {@link Changes}. The single kinds of change, and of
   * fences, need their own features (CHANGE-01).
   */
  CHANGES(Changes.class),
  /**
   * Runs and steps: {@link dev.holdfast.provider.state.StateChange changes} of them, and {@link
   * StateTables}. Needs {@link #CHANGES}.
   */
  STATE_TABLES(StateTables.class),
  /**
   * Inboxes of steps: {@link dev.holdfast.provider.state.InboxChange changes} of them, and {@link
   * DurableInbox}. Needs {@link #CHANGES}.
   */
  INBOX(DurableInbox.class),
  /**
   * Inputs of trigger steps: {@link dev.holdfast.provider.state.DeliverTrigger}, and {@link
   * Triggers}. Needs {@link #STATE_TABLES} and {@link #INBOX}.
   */
  TRIGGERS(Triggers.class),
  /** {@link Leases}. */
  LEASES(Leases.class),
  /** {@link AuditLog}. */
  AUDIT_LOG(AuditLog.class),
  /**
   * Streams of events: {@link dev.holdfast.provider.stream.AppendEvents}, and {@link EventStreams}.
   * Needs {@link #CHANGES}.
   */
  EVENT_STREAMS(EventStreams.class),
  /**
   * States of streams: {@link dev.holdfast.provider.stream.PutSnapshot}, and {@link Snapshots}.
   * Needs {@link #EVENT_STREAMS}.
   */
  SNAPSHOTS(Snapshots.class),
  /**
   * Rows folded from the log: {@link dev.holdfast.provider.stream.UpdateProjection}, and {@link
   * Projections}. Needs {@link #EVENT_STREAMS}.
   */
  PROJECTIONS(Projections.class),
  /** {@link StreamArchive}. Needs {@link #SNAPSHOTS}. */
  EVENT_ARCHIVE(StreamArchive.class);

  private final @Nullable Class<? extends Capability> type;

  Feature(@Nullable Class<? extends Capability> type) {
    this.type = type;
  }

  /**
   * The interface that comes with the feature.
   *
   * @return the type to ask {@link Provider#capability} for, null when the feature has no calls of
   *     its own
   */
  public @Nullable Class<? extends Capability> type() {
    return type;
  }
}
