// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The class path of this JVM and of the loader that the command line added. Stateless. */
final class ClassPath {

  private ClassPath() {}

  static List<String> entries() {
    List<String> entries =
        new ArrayList<>(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        entries.add(Path.of(URI.create(url.toString())).toString());
      }
    }
    return entries;
  }
}
