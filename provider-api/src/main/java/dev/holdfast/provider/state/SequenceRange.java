// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

/**
 * A range of sequence numbers; the lower end is included, the upper one is not (AUDIT-07). An end
 * may lie anywhere; a range whose ends cross has nothing in it. Immutable.
 *
 * @param from the first number inside
 * @param to the first number after the range
 */
public record SequenceRange(long from, long to) {

  private static final SequenceRange ALL = new SequenceRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** {@return the range that has every number} */
  public static SequenceRange all() {
    return ALL;
  }

  /**
   * Makes the range of what comes behind a record, such as the last one that was read.
   *
   * @param sequence the sequence number of the record
   * @return the range
   */
  public static SequenceRange after(long sequence) {
    return sequence == Long.MAX_VALUE
        ? new SequenceRange(sequence, sequence)
        : new SequenceRange(sequence + 1, Long.MAX_VALUE);
  }
}
