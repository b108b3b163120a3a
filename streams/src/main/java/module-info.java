// SPDX-License-Identifier: Apache-2.0

/**
 * Applications whose truth is their events: typed events, aggregates, snapshots, replay. Start at
 * {@link dev.holdfast.streams.EventSourcing#on}.
 */
module dev.holdfast.streams {
  requires transitive dev.holdfast.provider;
  requires transitive dev.holdfast.worker;
  requires org.slf4j;
  requires transitive tools.jackson.databind;
  requires static org.jspecify;

  exports dev.holdfast.streams;
  exports dev.holdfast.streams.archive;
  exports dev.holdfast.streams.event;
  exports dev.holdfast.streams.migration;
  exports dev.holdfast.streams.projection;
  exports dev.holdfast.streams.queue;
  exports dev.holdfast.streams.test;
  exports dev.holdfast.streams.workflow;
}
