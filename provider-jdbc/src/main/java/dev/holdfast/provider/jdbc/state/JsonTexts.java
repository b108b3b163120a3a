// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import java.util.Collection;
import java.util.stream.Collectors;

/** Identifiers as one JSON array, see {@link dev.holdfast.provider.jdbc.admin.AdminStore#among}. */
final class JsonTexts {

  private JsonTexts() {}

  /** Writes the array. Control characters stand in no identifier. */
  static String of(Collection<String> ids) {
    return ids.stream()
        .map(id -> '"' + id.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }
}
