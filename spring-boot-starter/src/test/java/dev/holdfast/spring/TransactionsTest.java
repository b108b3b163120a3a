// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import static dev.holdfast.spring.Orders.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.spring.Orders.Order;
import dev.holdfast.spring.autoconfigure.HoldfastAutoConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Rows and orchestrations of one Spring transaction are stored together or not at all. */
class TransactionsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path dir;

  @Test
  void aRollbackStartsNothingAndACommitStartsOne() {
    application()
        .run(context -> {
          OrderService service = context.getBean(OrderService.class);
          HoldfastClient client = context.getBean(HoldfastClient.class);

          assertThatThrownBy(() -> service.place(order("order-1"), true))
              .isInstanceOf(OutOfStockException.class);
          service.place(order("order-2"), false);

          assertThat(client.await(PROCESS, "order-2", PATIENCE)).isEqualTo("1 articles");
          assertThat(client.status("order-1").state()).isEqualTo(InstanceState.NOT_FOUND);
          assertThat(service.orders()).containsExactly("order-2");
        });
  }

  @Test
  void theMistakesAreNamed() {
    application()
        .run(context -> {
          HoldfastTransactions transactions = context.getBean(HoldfastTransactions.class);
          assertThatThrownBy(transactions::current)
              .isInstanceOf(IllegalTransactionStateException.class)
              .hasMessageContaining("no transaction is under way on this thread");

          TransactionTemplate elsewhere = elsewhere();
          assertThatThrownBy(() -> elsewhere.execute(status -> transactions.current()))
              .isInstanceOf(IllegalTransactionStateException.class)
              .hasMessageContaining("not one of the DataSource that Holdfast's store is in");
        });
  }

  private TransactionTemplate elsewhere() {
    return new TransactionTemplate(
        new DataSourceTransactionManager(
            new DriverManagerDataSource("jdbc:sqlite:" + dir.resolve("elsewhere.db"))));
  }

  private static Order order(String id) {
    return new Order(id, List.of("cup"));
  }

  private ApplicationContextRunner application() {
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(HoldfastAutoConfiguration.class))
        .withUserConfiguration(Orders.class, Database.class)
        .withPropertyValues("file=" + dir.resolve("orders.db"));
  }

  static final class OutOfStockException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static class OrderService {

    private final JdbcTemplate jdbc;
    private final HoldfastTransactions transactions;

    OrderService(JdbcTemplate jdbc, HoldfastTransactions transactions) {
      this.jdbc = jdbc;
      this.transactions = transactions;
    }

    @Transactional
    void place(Order order, boolean fails) {
      jdbc.update("INSERT INTO orders (id) VALUES (?)", order.id());
      transactions.current().start(PROCESS, order.id(), order);
      if (fails) {
        throw new OutOfStockException();
      }
    }

    List<String> orders() {
      return jdbc.queryForList("SELECT id FROM orders", String.class);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement(proxyTargetClass = true)
  static class Database {

    @Bean
    DataSource dataSource(org.springframework.core.env.Environment environment) {
      return new DriverManagerDataSource(
          "jdbc:sqlite:" + environment.getRequiredProperty("file") + "?transaction_mode=IMMEDIATE");
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
      return new DataSourceTransactionManager(dataSource);
    }

    @Bean
    JdbcTemplate jdbcTemplate(DataSource dataSource) {
      JdbcTemplate jdbc = new JdbcTemplate(dataSource);
      jdbc.execute("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY)");
      return jdbc;
    }

    @Bean
    OrderService orderService(JdbcTemplate jdbc, HoldfastTransactions transactions) {
      return new OrderService(jdbc, transactions);
    }
  }
}
