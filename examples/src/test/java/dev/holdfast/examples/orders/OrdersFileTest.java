// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.examples.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrdersFileTest {

  private static final String GOOD =
      """
      {"id": "o-1", "customer": "Zoë", "sku": "MUG-BLUE", "quantity": 2, "amount": 2980, "currency": "EUR"}\
      """;

  @TempDir private Path dir;

  @Test
  void theShippedOrdersHaveEveryKindAndTwoBadLines() {
    OrdersFile file = OrdersFile.read(null, Catalog.shipped());

    assertThat(file.orders()).hasSizeGreaterThanOrEqualTo(300);
    assertThat(file.orders()).extracting(Order::card).contains(Order.Card.values());
    assertThat(file.orders()).extracting(Order::carrier).contains(Order.Carrier.values());
    assertThat(file.orders().stream().filter(Order::needsApproval))
        .extracting(Order::approver)
        .contains(Order.Approver.values());
    assertThat(file.rejected())
        .extracting(RejectedLine::reason)
        .satisfiesExactly(
            reason -> assertThat(reason).startsWith("not JSON: "),
            reason -> assertThat(reason).contains("\"order-0042\" stands on line"));
  }

  @Test
  void theShippedCustomersWriteInManyScripts() {
    Set<Character.UnicodeScript> scripts =
        OrdersFile.read(null, Catalog.shipped()).orders().stream()
            .flatMapToInt(order -> order.customer().codePoints())
            .mapToObj(Character.UnicodeScript::of)
            .collect(Collectors.toSet());

    assertThat(scripts)
        .contains(
            Character.UnicodeScript.LATIN,
            Character.UnicodeScript.CYRILLIC,
            Character.UnicodeScript.GREEK,
            Character.UnicodeScript.ARABIC,
            Character.UnicodeScript.HEBREW,
            Character.UnicodeScript.DEVANAGARI,
            Character.UnicodeScript.HAN,
            Character.UnicodeScript.HANGUL,
            Character.UnicodeScript.HIRAGANA,
            Character.UnicodeScript.KATAKANA,
            Character.UnicodeScript.THAI);
  }

  @Test
  void readsAnOrderBehindAByteOrderMarkAndWindowsLineEnds() throws IOException {
    OrdersFile file = read("\uFEFF" + GOOD + "\r\n\r\n");

    assertThat(file.orders())
        .containsExactly(
            new Order(
                "o-1",
                "Zoë",
                "MUG-BLUE",
                2,
                2980,
                "EUR",
                Order.Card.OK,
                Order.Carrier.OK,
                Order.Approver.APPROVES));
    assertThat(file.rejected()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]                                        | not a JSON object",
        "{} {}                                      | not JSON",
        "{\"id\": \"a\", \"id\": \"b\"}             | not JSON",
        "{\"customer\": \"x\"}                      | \"id\" is missing",
        "{\"id\": 7}                                | \"id\" must be a text",
        "{\"id\": \"a/b\"}                          | \"id\" must have at most 100 characters",
        "{\"id\": \"o-2\"}                          | \"customer\" is missing",
        "{\"id\": \"o-2\", \"customer\": \" \"}     | \"customer\" must be a text that is not"
            + " empty",
        "{\"id\": \"o-2\", \"customer\": \"x\", \"sku\": \"NOPE\"} | \"sku\" is not in the catalog",
      })
  void putsABadLineAside(String line, String reason) throws IOException {
    assertRejected(line, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"quantity\": 2       | \"quantity\": 0        | \"quantity\" must be a whole number",
        "\"quantity\": 2       | \"quantity\": 1.5      | \"quantity\" must be a whole number",
        "\"quantity\": 2       | \"quantity\": \"2\"    | \"quantity\" must be a whole number",
        "\"amount\": 2980      | \"amount\": -1         | \"amount\" must be a whole number",
        "\"amount\": 2980      | \"amount\": 99999999999999999999 | \"amount\" must be a whole"
            + " number",
        "\"currency\": \"EUR\" | \"currency\": \"EURO\" | \"currency\" must be an ISO 4217 code",
        "\"id\": \"o-1\"       | \"card\": \"gold\", \"id\": \"o-2\" | \"card\" must be one of ok,"
            + " declined, loses-reply",
        "\"id\": \"o-1\"       | \"id\": \"o-1\"        | the id \"o-1\" stands on line 1 already",
      })
  void putsALineWithABadFieldAside(String field, String bad, String reason) throws IOException {
    assertRejected(GOOD.replace(field, bad), reason);
  }

  private void assertRejected(String line, String reason) throws IOException {
    OrdersFile file = read(GOOD + "\n" + line + "\n");

    assertThat(file.orders()).hasSize(1);
    assertThat(file.rejected()).hasSize(1);
    assertThat(file.rejected().getFirst().line()).isEqualTo(2);
    assertThat(file.rejected().getFirst().reason()).startsWith(reason);
  }

  @Test
  void putsALineThatIsNotUtf8Aside() throws IOException {
    Path file = dir.resolve("latin1.jsonl");
    Files.write(file, (GOOD + "\n").getBytes(StandardCharsets.UTF_8));
    Files.write(
        file, GOOD.getBytes(StandardCharsets.ISO_8859_1), java.nio.file.StandardOpenOption.APPEND);

    assertThat(OrdersFile.read(file, Catalog.shipped()).rejected())
        .containsExactly(new RejectedLine(2, "not UTF-8"));
  }

  @Test
  void refusesAFileWithoutAnyOrder() {
    assertThatThrownBy(() -> read("\n\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("is empty; give a file with one order per line");
    assertThatThrownBy(() -> read("<html>"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds no order; line 1: not JSON");
  }

  private OrdersFile read(String content) throws IOException {
    Path file = dir.resolve("orders.jsonl");
    Files.writeString(file, content);
    return OrdersFile.read(file, Catalog.shipped());
  }
}
