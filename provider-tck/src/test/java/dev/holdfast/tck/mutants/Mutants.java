// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import java.util.List;
import java.util.stream.Stream;

/** All mutants of the kit. */
final class Mutants {

  static final List<Mutant> ALL =
      Stream.of(
              LockMutants.all(), ExpiryMutants.all(), AtomMutants.all(), FetchMutants.all(), CreateMutants.all(), QueueMutants.all())
          .flatMap(List::stream)
          .toList();

  private Mutants() {}
}
