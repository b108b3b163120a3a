// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ProviderError;
import java.nio.file.Path;
import java.util.Arrays;

/** The command {@code ./holdfast backup}: copies a SQLite store while workers go on. */
final class BackupCommand {

  private static final String USAGE =
      """
      Usage: ./holdfast backup STORE TARGET

      Copies the SQLite store STORE, a file or a URL such as sqlite:orders.db, as it is at one moment
      into the new file TARGET. Workers go on meanwhile. See docs/backup.md for how to restore it, and for PostgreSQL.
      """;

  private BackupCommand() {}

  /** Copies the store; exits with 2 when called wrongly and with 1 when it fails. */
  public static void main(String[] args) {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    if (args.length != 2 || Arrays.stream(args).anyMatch(arg -> arg.startsWith("-"))) {
      System.err.print(USAGE);
      System.exit(2);
    }
    String url = args[0].contains("sqlite:") ? args[0] : "sqlite:" + args[0];
    try {
      SqliteBackup.backUp(url, Path.of(args[1]));
      System.out.println("copied to " + args[1]);
    } catch (ProviderError e) {
      System.err.println("holdfast: " + e.getMessage());
      System.exit(1);
    }
  }
}
