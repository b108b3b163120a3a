// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Collects the mutants of one family of rules. */
final class Family {

  private final String id;
  private final List<Mutant> mutants = new ArrayList<>();

  Family(String id) {
    this.id = id;
  }

  /** A mutant that breaks each handle by itself. */
  Family handle(String name, String what, String origin, UnaryOperator<Provider> breaker) {
    return store(name, what, origin, store -> breaker);
  }

  /** A mutant of a provider that declares no feature, of the ways to refuse one. */
  Family declining(String name, String what, String origin, UnaryOperator<Provider> breaker) {
    return broken(name, what, origin, () -> new DecliningFixture(Set.of()), store -> breaker);
  }

  /** A mutant whose handles on one store share what breaks them. */
  Family store(
      String name,
      String what,
      String origin,
      Function<TestStore, UnaryOperator<Provider>> breaker) {
    return broken(name, what, origin, ReferenceFixture::new, breaker);
  }

  private Family broken(
      String name,
      String what,
      String origin,
      Supplier<TckFixture> right,
      Function<TestStore, UnaryOperator<Provider>> breaker) {
    return fixture(
        name,
        what,
        origin,
        () ->
            new ChangedFixture(right.get()) {
              @Override
              public TestStore freshStore(String purpose) {
                TestStore store = super.freshStore(purpose);
                UnaryOperator<Provider> broken = breaker.apply(store);
                return new ChangedStore(store) {
                  @Override
                  protected Provider handle(Provider right) {
                    return broken.apply(right);
                  }
                };
              }
            });
  }

  /** A mutant whose fixture is broken. */
  Family fixture(String name, String what, String origin, Supplier<TckFixture> fixture) {
    mutants.add(new Mutant(name, id, what, origin, fixture));
    return this;
  }

  List<Mutant> mutants() {
    return List.copyOf(mutants);
  }
}
