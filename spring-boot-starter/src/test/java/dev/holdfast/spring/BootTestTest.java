// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import static dev.holdfast.spring.Orders.LABEL;
import static dev.holdfast.spring.Orders.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.spring.Orders.Order;
import dev.holdfast.spring.test.HoldfastBootTest;
import dev.holdfast.testkit.OrchestrationTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** A test of an application's beans: their code, in memory and in virtual time. */
@HoldfastBootTest(classes = Orders.class)
class BootTestTest {

  @Autowired private HoldfastClient client;
  @Autowired private HoldfastTransactions transactions;

  @Test
  void beansRunInVirtualTime(OrchestrationTest test) throws Exception {
    // An hour, by the timer of an order without articles.
    assertThat(test.run(PROCESS, "order-1", new Order("order-1", List.of())))
        .isEqualTo("0 articles");
    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofHours(1)));
  }

  @Test
  void eachTestHasAStoreOfItsOwnAndCanSayWhatAnActivityDoes(OrchestrationTest test)
      throws Exception {
    assertThat(client.status("order-1").state()).isEqualTo(InstanceState.NOT_FOUND);
    test.activity(LABEL).returns("mocked");
    assertThat(test.run(PROCESS, "order-1", new Order("order-1", List.of("cup"))))
        .isEqualTo("mocked");
    assertThat(client.status("order-1").state()).isEqualTo(InstanceState.COMPLETED);
  }

  @Test
  void whatTransactionsStartIsStartedByTheirCommit(OrchestrationTest test) throws Exception {
    TransactionTemplate template = new TransactionTemplate(new NoStore());
    template.executeWithoutResult(status -> {
      transactions.current().start(PROCESS, "order-1", new Order("order-1", List.of("cup")));
      status.setRollbackOnly();
    });
    template.executeWithoutResult(status ->
        transactions.current().start(PROCESS, "order-2", new Order("order-2", List.of("cup"))));

    assertThat(test.await(PROCESS, "order-2")).isEqualTo("1 articles");
    assertThat(test.status("order-1").state()).isEqualTo(InstanceState.NOT_FOUND);
  }

  /** Transactions of nothing. */
  private static final class NoStore extends AbstractPlatformTransactionManager {

    private static final long serialVersionUID = 1L;

    @Override
    protected Object doGetTransaction() {
      return this;
    }

    @Override
    protected void doBegin(
        Object transaction, org.springframework.transaction.TransactionDefinition definition) {}

    @Override
    protected void doCommit(DefaultTransactionStatus status) {}

    @Override
    protected void doRollback(DefaultTransactionStatus status) {}
  }
}
