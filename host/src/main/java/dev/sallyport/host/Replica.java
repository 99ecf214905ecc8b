package dev.sallyport.host;

import java.util.ArrayList;
import java.util.List;

/**
 * One process of a service.
 *
 * @param service as it names itself in tokens
 * @param number from 1
 */
public record Replica(String service, int number) {

  /** {@code edge}, {@code edge-2}, … */
  public String name() {
    return isFirst() ? service : service + "-" + number;
  }

  public boolean isFirst() {
    return number == 1;
  }

  /** Every process that these options ask for, the replicas of a service side by side. */
  public static List<Replica> all(UpOptions options) {
    List<Replica> all = new ArrayList<>();
    for (String service : KeyMaterial.SERVICES) {
      for (int number = 1; number <= options.replicas(service); number++) {
        all.add(new Replica(service, number));
      }
    }
    return List.copyOf(all);
  }
}
