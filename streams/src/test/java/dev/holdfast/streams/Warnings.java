// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The warnings with a text in them that the library logs while this is open. */
final class Warnings extends Handler implements AutoCloseable {

  private final String with;
  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger("dev.holdfast.streams");

  Warnings(String with) {
    this.with = with;
    logger.addHandler(this);
  }

  List<String> texts() {
    return texts;
  }

  @Override
  public void publish(LogRecord message) {
    if (Level.WARNING.equals(message.getLevel()) && message.getMessage().contains(with)) {
      texts.add(message.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
