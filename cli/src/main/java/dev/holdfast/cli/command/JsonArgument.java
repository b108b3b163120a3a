// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A JSON value of a call: an argument, or what comes from standard input. */
final class JsonArgument {

  private static final String STANDARD_INPUT = "-";

  private JsonArgument() {}

  /**
   * Reads the value.
   *
   * @param what what it is for
   * @param argument the JSON text, or {@code -} for standard input
   * @return the JSON text without white space
   * @throws Refusal when it is no JSON value
   */
  static String read(String what, String argument, Surroundings surroundings) {
    return JsonText.checked(
        what, argument.equals(STANDARD_INPUT) ? standardInput(surroundings) : argument);
  }

  private static String standardInput(Surroundings surroundings) {
    try {
      byte[] bytes = surroundings.in().readAllBytes();
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badInput("standard input is not UTF-8");
    } catch (IOException e) {
      throw Refusal.badInput("standard input cannot be read: " + e.getMessage());
    }
  }
}
