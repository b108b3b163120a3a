// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

/** What a rule may need and a fixture or provider need not offer. */
public enum FixturePart {
  /** {@link dev.holdfast.tck.fixture.TimeControl}. */
  TIME_CONTROL("time control"),
  /** {@link dev.holdfast.tck.fixture.TimeControl} of a clock that stands still. */
  STANDING_CLOCK("time control of a clock that stands still"),
  /** {@link dev.holdfast.tck.fixture.WhiteBox}. */
  WHITE_BOX("a white box"),
  /** {@link dev.holdfast.tck.fixture.CrashTarget}. */
  CRASH_TARGET("a crash target"),
  /** {@link dev.holdfast.tck.fixture.CrashTarget} of a store that is open here meanwhile. */
  OTHER_PROCESS("another process on a store that is open"),
  /** {@link dev.holdfast.tck.fixture.TimeControl#setBack}. */
  CLOCK_SET_BACK("a store's clock that can be set back"),
  /** {@link dev.holdfast.tck.fixture.TestStore#openWithClientClock}. */
  CLIENT_CLOCK("a handle with a wrong clock of its own"),
  /** {@link dev.holdfast.tck.fixture.TestStore#config}. */
  CONFIG("the store's configuration"),
  /** {@link dev.holdfast.tck.fixture.TckFixture#unreachable}. */
  UNREACHABLE("a store that cannot be reached"),
  /** {@link dev.holdfast.tck.fixture.StorePlace}. */
  STORE_PLACE("a place for stores"),
  /** {@link dev.holdfast.tck.fixture.SchemaBox}. */
  SCHEMA_BOX("a schema box"),
  /** {@link dev.holdfast.tck.fixture.StoreSwitch}. */
  STORE_SWITCH("a switch to stop the store"),
  /** {@link dev.holdfast.tck.fixture.TestStore#auditSwitch}. */
  AUDIT_SWITCH("a switch to let writes of audit records fail"),
  /** {@link dev.holdfast.tck.fixture.FaultInjection}. */
  FAULT_INJECTION("fault injection"),
  /** {@link dev.holdfast.tck.fixture.StatementCounter}. */
  STATEMENT_COUNTER("a counter of statements"),
  /** {@link dev.holdfast.tck.fixture.PlanReader}. */
  PLAN_READER("a reader of plans"),
  /** {@link dev.holdfast.tck.fixture.WriterHold}. */
  WRITER_HOLD("a hold on the writers of the store"),
  /** {@link dev.holdfast.tck.fixture.CommitHold}. */
  COMMIT_HOLD("a hold on calls before their commit"),
  /** {@link dev.holdfast.tck.fixture.CallersConnections}. */
  CALLERS_CONNECTIONS("connections of a caller to the store's database"),
  /**
   * {@link dev.holdfast.tck.fixture.CallersConnections} to a store that is not locked as a whole.
   */
  SEVERAL_WRITERS("a store that admits several writers"),
  /** {@link dev.holdfast.tck.fixture.LesserUser}. */
  LESSER_USER("a user with fewer rights"),
  /** Values as large as the provider's limits. */
  MEMORY("more memory than a test should take"),
  /** A feature through which the behaviour can be seen. */
  FEATURE("a feature that the provider does not declare");

  private final String words;

  FixturePart(String words) {
    this.words = words;
  }

  /** The part in words. */
  @Override
  public String toString() {
    return words;
  }

  /**
   * Whether it depends on the nature of the store, and not on the diligence of the fixture's author
   * alone, that the part exists.
   *
   * @param detail which one of them, empty when the part says it all
   * @return true for parts that a fixture may declare impossible
   */
  public boolean dependsOnTheStore(String detail) {
    return switch (this) {
      case CLIENT_CLOCK,
          UNREACHABLE,
          STORE_SWITCH,
          OTHER_PROCESS,
          PLAN_READER,
          LESSER_USER,
          WRITER_HOLD,
          COMMIT_HOLD,
          SEVERAL_WRITERS ->
          true;
      case CONFIG, SCHEMA_BOX -> !detail.isEmpty();
      default -> false;
    };
  }
}
