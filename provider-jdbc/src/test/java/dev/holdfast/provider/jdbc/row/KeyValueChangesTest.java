// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Payload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the changes of an ack come to. */
class KeyValueChangesTest {

  private static final int ROUNDS = 2_000;
  private static final int KEYS = 3;

  @Test
  void noChangesAreNone() {
    assertThat(KeyValueChanges.of(List.of()).isEmpty()).isTrue();
    assertThat(KeyValueChanges.of(List.of(new KeyValueMutation.ClearAll())).isEmpty()).isFalse();
    assertThat(KeyValueChanges.of(List.of(new KeyValueMutation.Clear("a"))).isEmpty()).isFalse();
  }

  @Test
  void whatIsClearedBehindAClearOfAllNeedsNoMore() {
    assertThat(
            KeyValueChanges.of(
                List.of(
                    new KeyValueMutation.Set("a", Payload.empty()),
                    new KeyValueMutation.ClearAll(),
                    new KeyValueMutation.Set("b", Payload.empty()),
                    new KeyValueMutation.Clear("b"))))
        .isEqualTo(new KeyValueChanges(true, Map.of()));
  }

  @Test
  void theyComeToTheSameAsOneAfterTheOther() {
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      List<KeyValueMutation> mutations = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        mutations.add(any(random));
      }
      Map<String, Payload> inOrder = stored();
      mutations.forEach(one -> apply(one, inOrder));
      Map<String, Payload> reduced = stored();
      KeyValueChanges changes = KeyValueChanges.of(mutations);
      if (changes.clearsAll()) {
        reduced.clear();
      }
      changes
          .keys()
          .forEach((key, value) ->
              value.ifPresentOrElse(set -> reduced.put(key, set), () -> reduced.remove(key)));

      assertThat(reduced).as("%s", mutations).isEqualTo(inOrder);
    }
  }

  private static Map<String, Payload> stored() {
    return new HashMap<>(Map.of("k0", Payload.utf8("old"), "other", Payload.utf8("old")));
  }

  private static KeyValueMutation any(Random random) {
    String key = "k" + random.nextInt(KEYS);
    return switch (random.nextInt(5)) {
      case 0 -> new KeyValueMutation.ClearAll();
      case 1, 2 -> new KeyValueMutation.Clear(key);
      default -> new KeyValueMutation.Set(key, Payload.utf8("new " + random.nextInt()));
    };
  }

  private static void apply(KeyValueMutation mutation, Map<String, Payload> values) {
    switch (mutation) {
      case KeyValueMutation.Set set -> values.put(set.key(), set.value());
      case KeyValueMutation.Clear clear -> values.remove(clear.key());
      case KeyValueMutation.ClearAll all -> values.clear();
    }
  }
}
