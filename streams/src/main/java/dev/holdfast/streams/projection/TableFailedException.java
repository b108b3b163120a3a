// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.streams.event.EventSourcingException;
import java.sql.SQLException;

/** The application's table failed, which is no fault of an event: the page is tried again. */
final class TableFailedException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  TableFailedException(SQLException cause) {
    super("the table of a projection failed: " + cause.getMessage(), cause);
  }
}
