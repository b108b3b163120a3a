// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.owner;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an owner's file.
 *
 * @param id the owner, a number that was drawn at random and is therefore unique
 * @param process the process of the owner
 */
record OwnerName(long id, ProcessMark process) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})-(\\d{1,18})");

  /** Ids lie far above every lock epoch, and so far below the end that their sum is a number. */
  private static final long LEAST_ID = 1L << 50;

  private static final long ABOVE_IDS = 1L << 59;

  static OwnerName draw() {
    return new OwnerName(
        ThreadLocalRandom.current().nextLong(LEAST_ID, ABOVE_IDS), ProcessMark.current());
  }

  /** {@return the owner that a file name says; empty for other files} */
  static Optional<OwnerName> parse(String fileName) {
    Matcher matcher = FORM.matcher(fileName);
    return matcher.matches()
        ? Optional.of(
            new OwnerName(
                Long.parseLong(matcher.group(1)),
                new ProcessMark(
                    Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)))))
        : Optional.empty();
  }

  String fileName() {
    return "%d-%d-%d".formatted(id, process.pid(), process.startedAt());
  }
}
