// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import dev.holdfast.provider.support.EndedSignal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The instances that have ended since the last notification, as the text that tells of them: a
 * number for each, or that there are too many. Thread-safe.
 */
final class UntoldEnds {

  /** A notification has room for 8,000 bytes, and a number takes up to nine. */
  private static final int MOST = 800;

  private static final int RADIX = 36;
  private static final String TOO_MANY = "*";

  private final Set<Integer> hashes = new LinkedHashSet<>();

  synchronized void add(List<String> ids) {
    for (String id : ids) {
      if (hashes.size() <= MOST) {
        hashes.add(EndedSignal.hash(id));
      }
    }
  }

  /** What there is to tell, once; empty for nothing. */
  synchronized String take() {
    String text =
        hashes.size() > MOST
            ? TOO_MANY
            : hashes.stream()
                .map(hash -> Integer.toString(hash, RADIX))
                .collect(Collectors.joining(" "));
    hashes.clear();
    return text;
  }

  /** Passes on what another process has told; what cannot be read may mean anything. */
  static void read(String text, EndedSignal ended) {
    if (text.isEmpty()) {
      return;
    }
    List<Integer> hashes = new ArrayList<>();
    for (String part : text.split(" ")) {
      try {
        hashes.add(Integer.parseInt(part, RADIX));
      } catch (NumberFormatException e) {
        ended.anyMayHaveEnded();
        return;
      }
    }
    ended.mayHaveEnded(hashes);
  }
}
