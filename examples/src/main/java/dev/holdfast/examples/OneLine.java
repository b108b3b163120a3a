// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Says in one line what is wrong with a call, and where more can be read. */
public final class OneLine implements IParameterExceptionHandler {

  /** The exit code of a call that cannot be worked with. */
  public static final int BAD_INPUT = 2;

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    command.getErr().printf("%s: %s; see %s --help%n", name, message, name);
    return BAD_INPUT;
  }
}
