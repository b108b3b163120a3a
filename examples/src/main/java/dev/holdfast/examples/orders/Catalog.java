// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the shop sells, and how many of each there were at the beginning.
 *
 * @param stock units by SKU; a SKU that is sold out has none
 */
public record Catalog(SortedMap<String, Integer> stock) {

  /** Copies the stock. */
  public Catalog {
    stock = Collections.unmodifiableSortedMap(new TreeMap<>(stock));
  }

  /** The catalog that comes with the demo. */
  public static Catalog shipped() {
    try (InputStream in = Catalog.class.getResourceAsStream("catalog.json")) {
      if (in == null) {
        throw new IllegalStateException("catalog.json is not on the class path");
      }
      Map<String, Integer> stock =
          JsonMapper.shared().readValue(in, new TypeReference<Map<String, Integer>>() {});
      return new Catalog(new TreeMap<>(stock));
    } catch (IOException e) {
      throw new UncheckedIOException("catalog.json cannot be read", e);
    }
  }

  /** How many units of a SKU there were, 0 for one that is not sold. */
  public int initial(String sku) {
    return stock.getOrDefault(sku, 0);
  }
}
