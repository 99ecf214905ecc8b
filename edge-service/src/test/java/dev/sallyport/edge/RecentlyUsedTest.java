package dev.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentlyUsedTest {

  @Test
  void keepsWhatIsUsedAndForgetsTheRest() {
    RecentlyUsed<Integer, String> cache = new RecentlyUsed<>(10, value -> 1);
    cache.put(-1, "hot");
    cache.put(-2, "cold");

    for (int i = 0; i < 100; i++) {
      cache.put(i, "x");
      assertThat(cache.get(-1)).isEqualTo("hot");
    }

    assertThat(cache.get(-2)).isNull();
  }

  @Test
  void holdsNoMoreThanItsBudget() {
    RecentlyUsed<Integer, String> cache = new RecentlyUsed<>(100, value -> 10);

    for (int i = 0; i < 1000; i++) {
      cache.put(i, "x");
    }

    int held = 0;
    for (int i = 0; i < 1000; i++) {
      held += cache.get(i) == null ? 0 : 1;
    }
    assertThat(held).isBetween(1, 12);
  }
}
