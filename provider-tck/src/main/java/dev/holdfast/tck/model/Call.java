// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.List;

/**
 * A call of a recorded history.
 *
 * @param thread which thread made it
 * @param operation what it was
 * @param answer what the provider answered
 * @param course what it left open
 * @param began when it began, as a number that grows
 * @param ended when it came back, as a number that grows
 */
record Call(
    int thread, Operation operation, List<Line> answer, Course course, long began, long ended) {

  String text() {
    return "%3d-%-3d thread %d: %s\n             -> %s"
        .formatted(
            began, ended, thread, operation, Line.text(answer).replace("\n", "\n                "));
  }
}
