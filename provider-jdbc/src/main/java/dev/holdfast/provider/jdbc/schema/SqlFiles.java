// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The files that a provider has in its jar. Immutable, and thread-safe when its {@link Opener} is.
 */
public final class SqlFiles {

  private final Opener opener;

  /**
   * Creates it for the files of one place.
   *
   * @param opener opens them. It belongs to the provider's own module, because resources of a
   *     module can be read from there only: {@code file -> Schema.class.getResourceAsStream(file)}
   */
  public SqlFiles(Opener opener) {
    this.opener = opener;
  }

  /** Opens files. */
  @FunctionalInterface
  public interface Opener {

    /**
     * Opens a file.
     *
     * @param file its name
     * @return its bytes, null when there is no such file
     */
    @Nullable InputStream open(String file);
  }

  /**
   * Reads a file whole.
   *
   * @param file its name
   * @return its text, which is UTF-8
   * @throws IllegalStateException when there is no such file
   */
  public String read(String file) {
    try (InputStream in = opener.open(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the version of the provider, which the build writes into {@code version.properties}.
   *
   * @return the property {@code version}
   * @throws IllegalStateException when file or property is missing
   */
  public String version() {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(read("version.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = properties.getProperty("version");
    if (version == null) {
      throw new IllegalStateException("version.properties lacks the version");
    }
    return version;
  }

  /**
   * Computes what a store records of a text, to find out later whether it is still the same.
   *
   * @param text any text
   * @return its SHA-256 in hexadecimal digits
   */
  public static String checksum(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
