// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.time.Instant;

/**
 * A log of what has happened to runs, for people. It is best effort, and honest about it: work
 * never waits for it and never fails because of it (AUDIT-01, AUDIT-02), and what is missing is
 * counted (AUDIT-03). So nothing may ever be decided from it.
 *
 * <p>Each handle has a bounded buffer, from which entries are stored in the background, many in one
 * commit (AUDIT-10). While the store takes none, they wait there; an entry that finds the buffer
 * full is dropped (AUDIT-04). Closing the handle stores what waits, for a few seconds at most, and
 * drops the rest (AUDIT-05); a process that is killed loses it. An entry whose commit had an
 * unknown outcome may be stored twice.
 *
 * <p>The log is tied to nothing: the records of a run that was deleted stay until a clean-up
 * (AUDIT-02). Thread-safe; reads and clean-ups fail like {@link dev.holdfast.provider.Provider}.
 */
public interface AuditLog extends Capability {

  /**
   * Hands over an entry, to be stored soon. Returns at once, whatever the store does, and throws
   * nothing for anything that the store or the entry is (AUDIT-01).
   *
   * @param entry the entry
   * @return true when it was taken into the buffer; false when it was dropped: the buffer is full,
   *     its data is larger than {@code limits().maxPayloadBytes()}, or the handle is closed
   */
  boolean offer(AuditEntry entry);

  /**
   * What has become of the entries offered through this handle. Asks nothing of the store, and
   * works on a closed handle too.
   *
   * @return the counts, all of one moment (AUDIT-03)
   */
  AuditCounts counts();

  /**
   * Waits until everything that was taken before the call is stored, however much that is, and
   * tries without delay. What is not stored in time goes on waiting in the buffer.
   *
   * @param within how long to wait at most; zero only looks
   * @return whether all of it is stored; also false when the thread is interrupted, whose interrupt
   *     is kept, and when the handle is closed meanwhile with some of it dropped (AUDIT-05)
   * @throws ProviderError.InvalidRequest when {@code within} is negative or the handle is closed
   */
  boolean flush(Duration within);

  /**
   * Reads a page of the log.
   *
   * @param query which records, in which direction, from where
   * @return the page; paging neither repeats nor skips what was there, whatever is stored meanwhile
   *     (AUDIT-07)
   * @throws ProviderError.InvalidRequest when the limit is out of range, or the token is damaged or
   *     of another filter or direction
   */
  AuditPage query(AuditQuery query);

  /**
   * Removes records that were stored before a moment, oldest first (AUDIT-09). Their sequence
   * numbers do not come again.
   *
   * @param storedBefore the moment, itself excluded, cut off to microseconds
   * @param limit the most records to remove, from 1
   * @return how many were removed
   * @throws ProviderError.InvalidRequest when the moment or the limit is out of range
   */
  int cleanUp(Instant storedBefore, int limit);
}
