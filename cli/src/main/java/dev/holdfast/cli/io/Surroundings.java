// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Map;

/**
 * Everything that a command takes from the process it runs in, so that a test can give it something
 * else.
 *
 * @param out for results
 * @param err for problems and progress
 * @param in for JSON that is not on the command line
 * @param environment the environment variables
 * @param zone in which people read times
 * @param columns the width of the terminal that results go to, 0 when they go to none
 * @param progress whether problems go to a terminal, where progress can be shown
 */
public record Surroundings(
    PrintWriter out,
    PrintWriter err,
    InputStream in,
    Map<String, String> environment,
    ZoneId zone,
    int columns,
    boolean progress) {

  /** {@return those of this process} */
  public static Surroundings ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Surroundings(
        new PrintWriter(System.out, false, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        System.in,
        environment,
        ZoneId.systemDefault(),
        Terminal.columns(environment),
        Terminal.isProgressSeen());
  }

  /** {@return whether results go to a terminal that shows colours, and the user wants them} */
  public boolean colours() {
    return columns > 0
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(environment.get("TERM"));
  }
}
