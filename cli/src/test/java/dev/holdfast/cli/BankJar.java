// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import dev.holdfast.streams.application.EventSourcedApplication;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Jars with the classes of the bank, and with what a test wants to be wrong. */
final class BankJar {

  private BankJar() {}

  /** The jar of the bank, as its build would make it. */
  static Path of(Path file) throws IOException {
    return naming(file, "dev.holdfast.cli.bank.BankApplication");
  }

  /** A jar with the classes of the bank that names another application. */
  static Path naming(Path file, String application) throws IOException {
    Path classes = classes();
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
        Stream<Path> found = Files.walk(classes.resolve("dev/holdfast/cli/bank"))) {
      for (Path each : found.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(each).toString().replace('\\', '/')));
        Files.copy(each, jar);
      }
      service(jar, application);
    }
    return file;
  }

  /** A jar that names an application, and has no classes. */
  static Path withoutClasses(Path file, String application) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      service(jar, application);
    }
    return file;
  }

  /** A jar without anything. */
  static Path empty(Path file) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      jar.putNextEntry(new JarEntry("notes.txt"));
    }
    return file;
  }

  private static void service(JarOutputStream jar, String application) throws IOException {
    jar.putNextEntry(new JarEntry("META-INF/services/" + EventSourcedApplication.class.getName()));
    for (String line : List.of("# what the command line is given", application)) {
      jar.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Path classes() {
    return Path.of(
        URI.create(BankJar.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
