// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.ProviderError.Misconfigured;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.NativeLibraryNotFoundException;

/**
 * SQLite itself, which the driver unpacks into a directory for temporary files and loads from there
 * when the first connection is opened. It tries only once: a failure then appears later as all
 * kinds of other errors. Thread-safe.
 */
final class NativeLibrary {

  /**
   * The property for the directory where the driver unpacks it; the usual place for temporary files
   * if this is not set.
   */
  private static final String DRIVERS_PROPERTY = "org.sqlite.tmpdir";

  private static final String USUAL_PROPERTY = "java.io.tmpdir";

  /**
   * The property for the place where the driver first looks for a library that is unpacked already.
   */
  private static final String UNPACKED_PROPERTY = "org.sqlite.lib.path";

  private static volatile boolean loaded;

  private NativeLibrary() {}

  /** Opens something, which may load the library. */
  @FunctionalInterface
  interface Opening<T extends @Nullable Object> {
    T open() throws SQLException;
  }

  /** Opens something, or says what has to be changed when the library cannot be loaded. */
  static <T extends @Nullable Object> T with(Opening<T> opening) throws SQLException {
    if (!loaded && System.getProperty(UNPACKED_PROPERTY) == null) {
      checkDirectory();
    }
    try {
      T opened = opening.open();
      loaded = true;
      return opened;
    } catch (LinkageError e) {
      throw notLoaded(e);
    } catch (SQLException e) {
      if (e.getCause() instanceof NativeLibraryNotFoundException cause) {
        throw notLoaded(cause);
      }
      throw e;
    }
  }

  /** Checks the directory before the driver does, because that tries only once. */
  private static void checkDirectory() {
    String directory = directory();
    try {
      Path path = Path.of(directory);
      if (!Files.isDirectory(path)) {
        throw refused("%s is no directory".formatted(path), null);
      }
      if (!Files.isWritable(path)) {
        throw refused("%s is not writable".formatted(path), null);
      }
    } catch (InvalidPathException e) {
      throw refused("\"%s\" is no path".formatted(directory), e);
    }
  }

  private static Misconfigured notLoaded(Throwable cause) {
    return refused(
        "it cannot be loaded from %s, where programs may be forbidden (a mount with noexec), or there is none for %s on %s"
            .formatted(directory(), System.getProperty("os.name"), System.getProperty("os.arch")),
        cause);
  }

  private static Misconfigured refused(String reason, @Nullable Throwable cause) {
    String property =
        System.getProperty(DRIVERS_PROPERTY) == null ? USUAL_PROPERTY : DRIVERS_PROPERTY;
    String detail =
        "SQLite's native library is unpacked into the directory that -D%s names, but %s; start again with -D%s=DIRECTORY, where this process may write and run what it has written"
            .formatted(property, reason, DRIVERS_PROPERTY);
    return cause == null
        ? new Misconfigured("open", detail)
        : new Misconfigured("open", detail, cause);
  }

  private static String directory() {
    return System.getProperty(DRIVERS_PROPERTY, System.getProperty(USUAL_PROPERTY, ""));
  }
}
