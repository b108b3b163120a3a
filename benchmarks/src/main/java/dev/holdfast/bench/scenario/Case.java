// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import java.io.IOException;
import java.sql.SQLException;

/** One figure that is measured, in several rounds. Not thread-safe. */
public interface Case extends AutoCloseable {

  /** What is measured, unique in its scenario; the same in every run of the same size. */
  String name();

  /** The unit of the figure, such as orch/s. */
  String unit();

  /** What the figure is compared with, such as F8. */
  String reference();

  /** Measures it once. */
  Sample measure(Round round) throws Exception;

  /** Throws away what was kept from round to round. */
  @Override
  default void close() throws IOException, SQLException {}
}
