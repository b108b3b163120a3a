// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders;

import dev.holdfast.examples.BadInputException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an orders file says: one JSON object per line, blank lines aside. A line that is wrong is
 * put aside with its number and the reason; it does not stop the others.
 *
 * @param name the file, for people
 * @param orders the orders, in the order of the file
 * @param rejected the lines that are no orders
 */
public record OrdersFile(String name, List<Order> orders, List<RejectedLine> rejected) {

  private static final int MAX_LINE_BYTES = 1 << 20;

  /** Copies the lists. */
  public OrdersFile {
    orders = List.copyOf(orders);
    rejected = List.copyOf(rejected);
  }

  /**
   * Reads a file.
   *
   * @param file the file, or null for the one that comes with the demo
   * @throws BadInputException when it cannot be read or holds no order
   */
  public static OrdersFile read(@Nullable Path file, Catalog catalog) {
    if (file != null && Files.isDirectory(file)) {
      throw new BadInputException(file + " is a directory; give a file with one order per line");
    }
    String name = file == null ? "the orders that come with the demo" : file.toString();
    try (InputStream in = open(file)) {
      return parse(name, in, catalog);
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + " does not exist", e);
    } catch (IOException e) {
      throw new BadInputException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream open(@Nullable Path file) throws IOException {
    if (file != null) {
      return Files.newInputStream(file);
    }
    InputStream shipped = OrdersFile.class.getResourceAsStream("orders.jsonl");
    if (shipped == null) {
      throw new IOException("orders.jsonl is not on the class path");
    }
    return shipped;
  }

  private static OrdersFile parse(String name, InputStream stream, Catalog catalog)
      throws IOException {
    OrderParser parser = new OrderParser(catalog);
    List<Order> orders = new ArrayList<>();
    List<RejectedLine> rejected = new ArrayList<>();
    Map<String, Long> lineOfId = new LinkedHashMap<>();
    try (BufferedInputStream in = new BufferedInputStream(stream)) {
      long number = 0;
      for (byte[] bytes = line(in); bytes != null; bytes = line(in)) {
        number++;
        try {
          String line = decode(bytes, number);
          if (line.isBlank()) {
            continue;
          }
          Order order = parser.parse(line);
          Long first = lineOfId.putIfAbsent(order.id(), number);
          if (first != null) {
            throw new OrderParser.NotAnOrder(
                "the id \"%s\" stands on line %d already".formatted(order.id(), first));
          }
          orders.add(order);
        } catch (OrderParser.NotAnOrder e) {
          rejected.add(new RejectedLine(number, String.valueOf(e.getMessage())));
        }
      }
    }
    if (orders.isEmpty()) {
      throw new BadInputException(
          rejected.isEmpty()
              ? name + " is empty; give a file with one order per line"
              : "%s holds no order; line %d: %s"
                  .formatted(name, rejected.getFirst().line(), rejected.getFirst().reason()));
    }
    return new OrdersFile(name, orders, rejected);
  }

  /** The next line without its end; null at the end of the file. Cuts off what is far too long. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (bytes.size() <= MAX_LINE_BYTES) {
        bytes.write(b);
      }
    }
    return bytes.toByteArray();
  }

  private static String decode(byte[] bytes, long number) throws OrderParser.NotAnOrder {
    if (bytes.length > MAX_LINE_BYTES) {
      throw new OrderParser.NotAnOrder("longer than " + MAX_LINE_BYTES + " bytes");
    }
    try {
      String line = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      // Some editors put a byte order mark in front of the first line.
      return number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
    } catch (CharacterCodingException e) {
      throw new OrderParser.NotAnOrder("not UTF-8");
    }
  }
}
