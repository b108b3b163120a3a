// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Texts as files below a directory. A file gets its name when it is whole and on the disk.
 * Thread-safe, for several processes.
 */
public final class DirectorySink implements ArchiveSink {

  private static final String UNFINISHED = ".tmp";

  private final Path directory;

  /**
   * Keeps files below a directory, which is made when the first one comes.
   *
   * @param directory the directory
   */
  public DirectorySink(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  private Path file(String name) {
    Path file = directory.resolve(name).normalize();
    if (!file.startsWith(directory)) {
      throw new IllegalArgumentException(name + " leads out of " + directory);
    }
    return file;
  }

  @Override
  public void put(String name, String text) throws IOException {
    Path file = file(name);
    Path parent = Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Path unfinished = Files.createTempFile(parent, "archive-", UNFINISHED);
    try {
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    for (Path each = parent; each != null && each.startsWith(directory); each = each.getParent()) {
      syncNames(each);
    }
  }

  /** A name is on the disk when its directory is; not all systems can say so. */
  private static void syncNames(Path directory) {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      // Windows opens no directories, and needs none of this.
    }
  }

  @Override
  public Optional<String> get(String name) throws IOException {
    try {
      return Optional.of(Files.readString(file(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> list(String below) throws IOException {
    Path start = file(below);
    if (!Files.exists(start)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(start)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString().replace('\\', '/'))
          .filter(name -> !name.endsWith(UNFINISHED))
          .sorted()
          .toList();
    }
  }
}
