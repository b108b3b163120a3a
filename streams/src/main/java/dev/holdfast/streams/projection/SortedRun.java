// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.streams.event.EventSourcingException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Rows by key in a temporary file, which only its process reads and which goes with it. It is read
 * in blocks, of which it keeps the first keys. One thread; an interrupt does not harm it.
 */
final class SortedRun implements AutoCloseable {

  private static final int ROWS_OF_BLOCK = 64;
  private static final int BYTES_OF_BLOCK = 1 << 16;
  private static final int NONE = -1;

  private final Path path;
  private final RandomAccessFile file;
  private final List<String> firstKeys = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private long rows;

  /** Writes rows that come in order. */
  SortedRun(Iterator<FoldedRow> sorted) {
    try {
      path = Files.createTempFile("holdfast-fold-", ".tmp"); // for its owner alone
    } catch (IOException e) {
      throw failed(e);
    }
    boolean written = false;
    try {
      write(sorted);
      file = new RandomAccessFile(path.toFile(), "r");
      written = true;
    } catch (IOException e) {
      throw failed(e);
    } finally {
      if (!written) {
        remove();
      }
    }
    if (!path.toFile().delete()) { // where the system allows it, nothing is left by a kill
      path.toFile().deleteOnExit();
    }
  }

  private void write(Iterator<FoldedRow> sorted) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), 1 << 16))) {
      long end = 0;
      long begun = 0;
      int inBlock = 0;
      while (sorted.hasNext()) {
        FoldedRow row = sorted.next();
        if (inBlock == ROWS_OF_BLOCK || end - begun >= BYTES_OF_BLOCK) {
          ends.add(end);
          begun = end;
          inBlock = 0;
        }
        if (inBlock == 0) {
          firstKeys.add(row.key());
        }
        end += write(row, out);
        inBlock++;
        rows++;
      }
      ends.add(end);
    }
  }

  private static long write(FoldedRow row, DataOutputStream out) throws IOException {
    byte[] key = row.key().getBytes(StandardCharsets.UTF_8);
    Payload value = row.value();
    out.writeInt(key.length);
    out.write(key);
    out.writeLong(row.changedAt().major());
    out.writeLong(row.changedAt().minor());
    out.writeInt(value == null ? NONE : value.size());
    if (value != null) {
      out.write(value.toByteArray());
    }
    return 2L * Integer.BYTES + 2L * Long.BYTES + key.length + (value == null ? 0 : value.size());
  }

  private static FoldedRow read(ByteBuffer block) {
    byte[] key = new byte[block.getInt()];
    block.get(key);
    LogPosition changedAt = new LogPosition(block.getLong(), block.getLong());
    int size = block.getInt();
    Payload value = null;
    if (size != NONE) {
      byte[] bytes = new byte[size];
      block.get(bytes);
      value = Payload.of(bytes);
    }
    return new FoldedRow(new String(key, StandardCharsets.UTF_8), value, changedAt);
  }

  long rows() {
    return rows;
  }

  /** The row of a key, null for none; reads one block. */
  @Nullable FoldedRow find(String key) {
    int at = blockOf(key);
    if (at < 0) {
      return null;
    }
    byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer block = block(at);
    while (block.hasRemaining()) {
      int begin = block.position();
      int length = block.getInt();
      boolean here =
          Arrays.equals(
              wanted, 0, wanted.length, block.array(), block.position(), block.position() + length);
      if (here) {
        return read(block.position(begin));
      }
      block.position(block.position() + length + 2 * Long.BYTES);
      int size = block.getInt();
      block.position(block.position() + Math.max(size, 0));
    }
    return null;
  }

  /** The rows behind a key, null for all; reads block after block. */
  Iterator<FoldedRow> behind(@Nullable String after) {
    return new Iterator<>() {
      private int next = after == null ? 0 : Math.max(0, blockOf(after));
      private ByteBuffer block = ByteBuffer.allocate(0);
      private @Nullable FoldedRow head = take();

      private @Nullable FoldedRow take() {
        while (true) {
          if (!block.hasRemaining()) {
            if (next == firstKeys.size()) {
              return null;
            }
            block = block(next++);
          }
          FoldedRow row = read(block);
          if (after == null || CodePoints.compare(row.key(), after) > 0) {
            return row;
          }
        }
      }

      @Override
      public boolean hasNext() {
        return head != null;
      }

      @Override
      public FoldedRow next() {
        FoldedRow row = head;
        if (row == null) {
          throw new NoSuchElementException();
        }
        head = take();
        return row;
      }
    };
  }

  /** The last block that begins at or before a key, -1 for none. */
  private int blockOf(String key) {
    int at = Collections.binarySearch(firstKeys, key, CodePoints::compare);
    return at >= 0 ? at : -at - 2;
  }

  private ByteBuffer block(int number) {
    long from = number == 0 ? 0 : ends.get(number - 1);
    byte[] bytes = new byte[(int) (ends.get(number) - from)];
    try {
      file.seek(from);
      file.readFully(bytes);
    } catch (IOException e) {
      throw failed(e);
    }
    return ByteBuffer.wrap(bytes);
  }

  private static EventSourcingException failed(IOException e) {
    return new EventSourcingException(
        "the fold has more rows than it keeps in memory, and a temporary file in %s failed: %s; give it room there, or another directory with -Djava.io.tmpdir"
            .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
        e);
  }

  private void remove() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      path.toFile().deleteOnExit();
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw failed(e);
    } finally {
      remove();
    }
  }
}
