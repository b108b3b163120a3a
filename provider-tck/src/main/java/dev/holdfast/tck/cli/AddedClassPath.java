// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import dev.holdfast.tck.FixtureProblem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** Lets something find more classes, on this thread and on those that it starts. Stateless. */
final class AddedClassPath {

  private AddedClassPath() {}

  /**
   * Does something with more classes.
   *
   * @param path jars and directories, separated as the system does it
   * @param body what to do
   * @return what it answers
   * @throws FixtureProblem when one of the entries does not exist
   */
  static int during(String path, IntSupplier body) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader added =
        new URLClassLoader(urls(path), AddedClassPath.class.getClassLoader())) {
      thread.setContextClassLoader(added);
      return body.getAsInt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] urls(String path) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : path.split(File.pathSeparator)) {
      Path file = Path.of(entry);
      if (!Files.exists(file)) {
        throw new FixtureProblem("The class path names " + entry + ", which does not exist.");
      }
      urls.add(file.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
