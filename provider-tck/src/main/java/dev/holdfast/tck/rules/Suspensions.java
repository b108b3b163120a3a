// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.Suspension;
import java.util.ArrayList;
import java.util.List;

/** Suspensions with every combination of parts. Stateless. */
final class Suspensions {

  private Suspensions() {}

  /** Each part absent, empty where it may be, and present. */
  static List<Suspension> all() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    List<Suspension> all = new ArrayList<>();
    for (Payload state : new Payload[] {null, Payload.empty(), Payload.of(bytes)}) {
      all.add(Suspension.builder().state(state).build());
      all.add(Suspension.builder().state(state).metadata(Payload.empty()).reason("").build());
      all.add(
          Suspension.builder()
              .stepId("step")
              .reason("two\nlines, ä\uD83D\uDE00")
              .state(state)
              .metadata(Payload.utf8("m"))
              .build());
    }
    return all;
  }
}
