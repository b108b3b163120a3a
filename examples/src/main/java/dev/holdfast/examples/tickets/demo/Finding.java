// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

/**
 * Something that the audit found wrong.
 *
 * @param kind what sort of thing
 * @param subject the ticket or message
 * @param detail what is wrong
 */
record Finding(Kind kind, String subject, String detail) {

  enum Kind {
    /** A dead letter about which nobody has decided, or a stage that did not end. */
    STUCK("nothing stuck: every message came to its end"),
    /** A message without its event, or without its dead letter. */
    LOST("nothing lost: every message is an event, or a dead letter about which was decided"),
    /** A message with two events, or dead letters. */
    TWICE("nothing twice: each has its effect once, however often it was said and decided"),
    /** Other events, states, or too many of them. */
    WRONG("each ticket is the fold of its events, in the order and as in an undisturbed run"),
    /** A row that is not what the log says. */
    BOARD("the boards are what the log says"),
    /** Table and events that differ, or a migration that went another way. */
    MIGRATION("former table and events agree, and the migration went forward, back and forward"),
    /** A replay or a snapshot that is not the fold of the events before it. */
    PAST("each state of the past is the fold of its events, with snapshots and without"),
    /** Somebody sees what is not theirs. */
    TENANT("tenants see only their own"),
    /** An event that was not there when its place was read. */
    LOG("whoever reads along misses nothing");

    private final String promise;

    Kind(String promise) {
      this.promise = promise;
    }

    /** What holds when there is no such finding. */
    String promise() {
      return promise;
    }
  }

  @Override
  public String toString() {
    return subject + ": " + detail;
  }
}
