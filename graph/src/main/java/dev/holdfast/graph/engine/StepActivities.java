// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.ActivityIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The identities of the activities of a run, computed from what the rows say: step, attempt of the
 * step, attempt of the run. So an activity can be cancelled without being remembered anywhere. That
 * two of one run get the same of 2<sup>63</sup> numbers is not to be expected; the store would
 * refuse it. The attempt of a run is the number of its execution.
 */
final class StepActivities {

  private static final int LONGEST_SESSION = 256;

  private StepActivities() {}

  /** Returns the identity of the activity of one attempt. */
  static ActivityIdentity identity(String runId, long executionId, String stepId, int attempt) {
    byte[] hash = sha256(attempt + " " + stepId);
    return new ActivityIdentity(
        runId, executionId, Math.max(1, ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE));
  }

  /**
   * Returns all identities that an unfinished activity of a step may have: an attempt may have been
   * counted since it was scheduled, and the run been recovered.
   */
  static List<ActivityIdentity> possible(
      String runId, long executionId, String stepId, int attempt) {
    List<ActivityIdentity> all = new ArrayList<>();
    for (long execution = 1; execution <= executionId; execution++) {
      for (int each = 1; each <= attempt; each++) {
        all.add(identity(runId, execution, stepId, each));
      }
    }
    return all;
  }

  /** Returns the id of a session of a run. */
  static String session(String runId, String name) {
    String id = runId + "/" + name;
    if (id.length() <= LONGEST_SESSION) {
      return id;
    }
    return "session " + HexFormat.of().formatHex(sha256(id));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has it", e);
    }
  }
}
