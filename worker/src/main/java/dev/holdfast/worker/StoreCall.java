// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

/** The kinds of calls that a worker makes, for logs and {@link WorkerListener#storeFailed}. */
public enum StoreCall {
  /** Fetches of instances. */
  FETCH_INSTANCES("fetching instances"),
  /** Fetches of activities. */
  FETCH_ACTIVITIES("fetching activities"),
  /** Acks of turns. */
  ACK_TURN("storing what turns did"),
  /** Acks of activities. */
  ACK_ACTIVITY("storing results of activities"),
  /** Reads of histories and rows. */
  READ("reading histories"),
  /** Changes that are stored before there is a result. */
  APPLY("storing changes"),
  /** Renewals of the locks of instances. */
  RENEW_INSTANCES("renewing locks of instances"),
  /** Renewals of the locks of activities. */
  RENEW_ACTIVITIES("renewing locks of activities"),
  /** Renewals of sessions. */
  RENEW_SESSIONS("renewing sessions");

  private final String words;

  StoreCall(String words) {
    this.words = words;
  }

  /** {@return what such a call does, for people} */
  public String words() {
    return words;
  }
}
