// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders;

import java.util.Arrays;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads one line and says exactly what is wrong with it. */
final class OrderParser {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final int MAX_ID_LENGTH = 100;
  private static final int MAX_QUANTITY = 10_000;
  private static final long MAX_AMOUNT = 1_000_000_000_000L;

  private final Catalog catalog;

  OrderParser(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The line is no order; the message is the reason. */
  static final class NotAnOrder extends Exception {
    private static final long serialVersionUID = 1L;

    NotAnOrder(String reason) {
      super(reason);
    }
  }

  Order parse(String line) throws NotAnOrder {
    JsonNode json = json(line);
    if (!json.isObject()) {
      throw new NotAnOrder("not a JSON object");
    }
    String id = text(json, "id");
    if (id.length() > MAX_ID_LENGTH || !id.codePoints().allMatch(OrderParser::fitsIntoId)) {
      throw new NotAnOrder(
          "\"id\" must have at most %d characters, none of them a space, a slash or a control character"
              .formatted(MAX_ID_LENGTH));
    }
    return new Order(
        id,
        text(json, "customer"),
        sku(text(json, "sku")),
        (int) number(json, "quantity", MAX_QUANTITY),
        number(json, "amount", MAX_AMOUNT),
        currency(text(json, "currency")),
        choice(json, "card", Order.Card.OK, Order.Card.values()),
        choice(json, "carrier", Order.Carrier.OK, Order.Carrier.values()),
        choice(json, "approver", Order.Approver.APPROVES, Order.Approver.values()));
  }

  private static JsonNode json(String line) throws NotAnOrder {
    try {
      return MAPPER.readTree(line);
    } catch (JacksonException e) {
      String what = e.getOriginalMessage().lines().findFirst().orElse("").strip();
      int end = what.indexOf(" (");
      throw new NotAnOrder("not JSON: " + (end > 0 ? what.substring(0, end) : what));
    }
  }

  private static boolean fitsIntoId(int c) {
    return c != '/' && !Character.isISOControl(c) && !Character.isWhitespace(c);
  }

  private static JsonNode field(JsonNode json, String name) throws NotAnOrder {
    @Nullable JsonNode field = json.get(name);
    if (field == null || field.isNull()) {
      throw new NotAnOrder("\"" + name + "\" is missing");
    }
    return field;
  }

  private static String text(JsonNode json, String name) throws NotAnOrder {
    JsonNode field = field(json, name);
    if (!field.isString() || field.stringValue().isBlank()) {
      throw new NotAnOrder("\"" + name + "\" must be a text that is not empty");
    }
    return field.stringValue();
  }

  private static long number(JsonNode json, String name, long max) throws NotAnOrder {
    JsonNode field = field(json, name);
    if (!field.isIntegralNumber()
        || !field.canConvertToLong()
        || field.longValue() < 1
        || field.longValue() > max) {
      throw new NotAnOrder("\"%s\" must be a whole number from 1 to %d".formatted(name, max));
    }
    return field.longValue();
  }

  private String sku(String sku) throws NotAnOrder {
    if (!catalog.stock().containsKey(sku)) {
      throw new NotAnOrder(
          "\"sku\" is not in the catalog, which has "
              + String.join(", ", catalog.stock().keySet()));
    }
    return sku;
  }

  private static String currency(String code) throws NotAnOrder {
    try {
      return Currency.getInstance(code).getCurrencyCode();
    } catch (IllegalArgumentException e) {
      throw new NotAnOrder("\"currency\" must be an ISO 4217 code such as EUR");
    }
  }

  /** A field that may be left out; the names are those of the enum in kebab case. */
  private static <E extends Enum<E>> E choice(
      JsonNode json, String name, E unlessGiven, E[] choices) throws NotAnOrder {
    @Nullable JsonNode field = json.get(name);
    if (field == null || field.isNull()) {
      return unlessGiven;
    }
    for (E choice : choices) {
      if (field.isString() && field.stringValue().equals(kebab(choice))) {
        return choice;
      }
    }
    throw new NotAnOrder(
        "\"%s\" must be one of %s"
            .formatted(
                name, String.join(", ", Arrays.stream(choices).map(OrderParser::kebab).toList())));
  }

  private static String kebab(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
