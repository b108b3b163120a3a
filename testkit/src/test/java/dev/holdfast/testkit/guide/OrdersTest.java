// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit.guide;

import static dev.holdfast.testkit.guide.Orders.CHARGE;
import static dev.holdfast.testkit.guide.Orders.FOLLOW_UP;
import static dev.holdfast.testkit.guide.Orders.PROCESS;
import static dev.holdfast.testkit.guide.Orders.REFUND;
import static dev.holdfast.testkit.guide.Orders.SHIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.InstanceState;
import dev.holdfast.testkit.ActivityCall;
import dev.holdfast.testkit.HoldfastTest;
import dev.holdfast.testkit.OrchestrationTest;
import dev.holdfast.testkit.guide.Orders.Order;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@HoldfastTest
class OrdersTest {

  private static final Order BOOK = new Order("book", 1990);

  @BeforeEach
  void allGoesWell(OrchestrationTest test) {
    test.activity(CHARGE).returns("charge-1");
    test.activity(SHIP).answers(order -> "parcel with a " + order.item());
    test.activity(REFUND).returns(null);
    test.activity(FOLLOW_UP).returns(null);
  }

  @Test
  void anApprovedOrderIsShippedAndFollowedUp(OrchestrationTest test) throws Exception {
    test.activity(SHIP).takes(Duration.ofHours(4));
    test.after(Duration.ofDays(2)).raise("order-1", "approved", true);

    assertThat(test.run(PROCESS, "order-1", BOOK)).isEqualTo("delivered as parcel with a book");

    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofHours(32 * 24 + 4)));
    assertThat(test.activity(REFUND).calls()).isEmpty();
    assertThat(test.calls())
        .extracting(ActivityCall::activity)
        .containsExactly("charge", "ship", "follow-up");
  }

  @Test
  void withoutApprovalTheMoneyGoesBack(OrchestrationTest test) throws Exception {
    assertThat(test.run(PROCESS, "order-1", BOOK)).isEqualTo("refunded");

    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofDays(7)));
    assertThat(test.activity(REFUND).inputs()).containsExactly("charge-1");
  }

  @Test
  void theChargeIsTriedAgain(OrchestrationTest test) throws Exception {
    test.activity(CHARGE).failsTimes(2, new IOException("no route"));
    test.start(PROCESS, "order-1", BOOK);

    test.advance(Duration.ofMinutes(1));

    assertThat(test.activity(CHARGE).calls())
        .extracting(ActivityCall::attempt)
        .containsExactly(1, 2, 3);
    assertThat(test.status("order-1").state()).isEqualTo(InstanceState.RUNNING);
    assertThat(test.history("order-1").latest().kinds())
        .endsWith("ActivityCompleted", "TimerCreated");
  }
}
