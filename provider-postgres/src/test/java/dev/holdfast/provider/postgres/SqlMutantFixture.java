// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.util.List;
import java.util.Objects;

/** Schemas with other SQL: that of the mutant which this thread tests. */
public final class SqlMutantFixture implements TckFixture {

  private static final ThreadLocal<List<SqlChange>> CURRENT = new ThreadLocal<>();

  private final PostgresFixture right = new PostgresFixture();
  private final List<SqlChange> changes = Objects.requireNonNull(CURRENT.get(), "no mutant");

  /** Created by the kit. */
  public SqlMutantFixture() {}

  /** Does something while stores of this thread have some things otherwise. */
  static void during(List<SqlChange> changes, Runnable work) {
    CURRENT.set(changes);
    try {
      work.run();
    } finally {
      CURRENT.remove();
    }
  }

  @Override
  public ProviderIdentity provider() {
    return right.provider();
  }

  @Override
  public TestStore freshStore(String purpose) {
    return new PostgresTestStore(Tenant.inSharedDatabase(), changes);
  }
}
